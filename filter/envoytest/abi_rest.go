package envoytest

import (
	"context"
	"strings"

	"github.com/tetratelabs/wazero/api"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// buffer is what the module sees as a buffer, and whether there is one.
func (g guest) buffer(kind uint32) ([]byte, bool) {
	switch kind {
	case bufferRequest, bufferResponse:
		return g.w.getBody(stream.Side(kind))
	case bufferCall:
		if g.answer != nil {
			return []byte(g.answer.Body), true
		}
	case bufferConfig:
		return []byte(g.config), true
	}
	return nil, false
}

// proxyGetBufferBytes gives nothing, and says ok, where there is no body, as Envoy does.
func proxyGetBufferBytes(ctx context.Context, m api.Module, kind, start, length, at, size uint32) uint32 {
	g := from(ctx, m)
	if g.lies("proxy_get_buffer_bytes", at, size) {
		return ok
	}
	b, _ := g.buffer(kind)
	start = min(start, uint32(len(b)))
	return g.give(b[start:min(uint64(start)+uint64(length), uint64(len(b)))], at, size)
}

// proxySetBufferBytes replaces all; Envoy refuses any but a whole replacement and additions at the ends.
func proxySetBufferBytes(ctx context.Context, m api.Module, kind, start, length, at, size uint32) uint32 {
	g := from(ctx, m)
	if kind != bufferRequest && kind != bufferResponse {
		return badArgument
	}
	s := stream.Side(kind)
	old, _ := g.w.getBody(s)
	value := g.text(at, size)
	switch {
	case start == 0 && length == 0 && len(old) > 0:
		value += string(old)
	case start == 0 && length >= uint32(len(old)):
	case start > 0 && start >= uint32(len(old)):
		value = string(old) + value
	default:
		return badArgument
	}
	if !g.w.setBody(s, []byte(value)) {
		return badArgument
	}
	return ok
}

func proxyContinueStream(ctx context.Context, m api.Module, kind uint32) uint32 {
	if kind != streamRequest && kind != streamResponse {
		return badArgument
	}
	from(ctx, m).w.resume(stream.Side(kind))
	return ok
}

func proxyCloseStream(ctx context.Context, m api.Module, kind uint32) uint32 {
	if kind != streamRequest && kind != streamResponse {
		return badArgument
	}
	from(ctx, m).w.closeStream()
	return ok
}

func proxyHTTPCall(ctx context.Context, m api.Module,
	cluster, clusterSize, headers, headersSize, body, bodySize, _, _, timeout, id uint32) uint32 {
	g := from(ctx, m)
	c := Call{g.text(cluster, clusterSize), pairs(g.bytes(headers, headersSize)), g.text(body, bodySize), milliseconds(timeout)}
	n, sent := g.w.send(c)
	if !sent {
		return internalError
	}
	g.memory.WriteUint32Le(id, n)
	return ok
}

func proxySetTickPeriod(ctx context.Context, m api.Module, period uint32) uint32 {
	from(ctx, m).w.setTick(milliseconds(period))
	return ok
}

func proxyGetCurrentTime(ctx context.Context, m api.Module, at uint32) uint32 {
	g := from(ctx, m)
	g.memory.WriteUint64Le(at, uint64(g.w.envoy.clock.UnixNano()))
	return ok
}

func proxySetEffectiveContext(ctx context.Context, m api.Module, id uint32) uint32 {
	if !from(ctx, m).w.setEffective(id) {
		return badArgument
	}
	return ok
}

func proxyGetProperty(ctx context.Context, m api.Module, path, pathSize, value, size uint32) uint32 {
	g := from(ctx, m)
	if g.lies("proxy_get_property", value, size) {
		return ok
	}
	v, found := g.w.getProperty(strings.Split(g.text(path, pathSize), "\x00"))
	if !found {
		return notFound
	}
	return g.give(v, value, size)
}

func proxySetProperty(ctx context.Context, m api.Module, path, pathSize, value, size uint32) uint32 {
	g := from(ctx, m)
	if !g.w.setProperty(g.text(path, pathSize), []byte(g.text(value, size))) {
		return notFound
	}
	return ok
}
