package envoytest

import (
	"context"
	"encoding/binary"
	"math"
	"strings"

	"github.com/tetratelabs/wazero/api"

	"github.com/usagepanda/usage-panda-envoy/filter/stream"
)

// What functions of the ABI return.
const (
	ok            uint32 = 0
	notFound      uint32 = 1
	badArgument   uint32 = 2
	casMismatch   uint32 = 8
	internalError uint32 = 10
	unimplemented uint32 = 12
)

// hostFunctions are the functions of proxy-wasm 0.2.1 that the module imports.
var hostFunctions = map[string]any{
	"proxy_log":                          proxyLog,
	"proxy_send_local_response":          proxySendLocalResponse,
	"proxy_get_shared_data":              proxyGetSharedData,
	"proxy_set_shared_data":              proxySetSharedData,
	"proxy_get_header_map_value":         proxyGetHeaderMapValue,
	"proxy_replace_header_map_value":     proxyReplaceHeaderMapValue,
	"proxy_remove_header_map_value":      proxyRemoveHeaderMapValue,
	"proxy_get_header_map_pairs":         proxyGetHeaderMapPairs,
	"proxy_get_buffer_bytes":             proxyGetBufferBytes,
	"proxy_set_buffer_bytes":             proxySetBufferBytes,
	"proxy_continue_stream":              proxyContinueStream,
	"proxy_close_stream":                 proxyCloseStream,
	"proxy_http_call":                    proxyHTTPCall,
	"proxy_set_tick_period_milliseconds": proxySetTickPeriod,
	"proxy_set_effective_context":        proxySetEffectiveContext,
	"proxy_get_current_time_nanoseconds": proxyGetCurrentTime,
	"proxy_get_property":                 proxyGetProperty,
	"proxy_set_property":                 proxySetProperty,
}

// guest is the instance that calls, and its memory.
type guest struct {
	*instance
	memory api.Memory
}

func from(ctx context.Context, m api.Module) guest {
	return guest{ctx.Value(workerKey{}).(*instance), m.Memory()}
}

// bytes is what the module shows to the host; it is only good until the module runs again.
func (g guest) bytes(at, size uint32) []byte {
	b, ok := g.memory.Read(at, size)
	if !ok {
		panic("envoytest: the module points outside of its memory")
	}
	return b
}

func (g guest) text(at, size uint32) string { return string(g.bytes(at, size)) }

// give returns a value to the module, in memory that the module allocates. Envoy allocates nothing for an empty one.
func (g guest) give(value []byte, atPointer, atSize uint32) uint32 {
	var at uint32
	if len(value) > 0 {
		r, err := g.alloc.Call(g.ctx, uint64(len(value)))
		if err != nil {
			panic(err)
		}
		at = uint32(r[0])
		g.memory.Write(at, value)
	}
	g.memory.WriteUint32Le(atPointer, at)
	g.memory.WriteUint32Le(atSize, uint32(len(value)))
	return ok
}

// lies tells whether the answer is to be garbage, and gives it: a size that cannot be.
func (g guest) lies(function string, atPointer, atSize uint32) bool {
	if g.w.envoy.Lie == nil || !g.w.envoy.Lie(function) {
		return false
	}
	g.give([]byte("\xff\xff\xff\x7f"), atPointer, atSize)
	g.memory.WriteUint32Le(atSize, math.MaxUint32)
	return true
}

// pairs reads a header map: the number of pairs, the sizes of their names and values, then those, each with a zero at its end.
func pairs(b []byte) [][2]string {
	if len(b) == 0 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	h := make([][2]string, n)
	at := 4 + 8*n
	for i := range h {
		for j := range h[i] {
			size := int(binary.LittleEndian.Uint32(b[4+8*i+4*j:]))
			h[i][j] = string(b[at : at+size])
			at += size + 1
		}
	}
	return h
}

func appendPairs(b []byte, h [][2]string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(h)))
	for _, f := range h {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(f[0])))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(f[1])))
	}
	for _, f := range h {
		b = append(append(b, f[0]...), 0)
		b = append(append(b, f[1]...), 0)
	}
	return b
}

// The ABI's numbers for header maps, buffers and streams.
const (
	mapRequest, mapRequestTrailers, mapResponse, mapResponseTrailers, mapCall = 0, 1, 2, 3, 6
	bufferRequest, bufferResponse, bufferCall, bufferConfig                   = 0, 1, 4, 7
	streamRequest, streamResponse                                             = 0, 1
)

// headerMap is what the module sees as a map.
func (g guest) headerMap(kind uint32) [][2]string {
	switch kind {
	case mapRequest:
		return g.w.getHeaders(stream.Request)
	case mapResponse:
		return g.w.getHeaders(stream.Response)
	case mapRequestTrailers, mapResponseTrailers:
		if x := g.w.exchange("trailers"); x != nil {
			return x.pipe(stream.Side(kind / 2)).trailers
		}
	case mapCall:
		if g.answer != nil {
			return g.answer.Headers
		}
	}
	return nil
}

// change changes headers; trailers stay as they come.
func change(kind uint32, f func(stream.Side) bool) uint32 {
	if kind != mapRequest && kind != mapResponse {
		return unimplemented
	}
	if !f(stream.Side(kind / 2)) {
		return badArgument
	}
	return ok
}

func proxyLog(ctx context.Context, m api.Module, level, at, size uint32) uint32 {
	g := from(ctx, m)
	g.w.log([...]string{"trace", "debug", "info", "warn", "error", "critical"}[level], g.text(at, size))
	return ok
}

func proxySendLocalResponse(ctx context.Context, m api.Module, status, _, _, body, bodySize, headers, headersSize, _ uint32) uint32 {
	g := from(ctx, m)
	g.w.sendReply(int(status), pairs(g.bytes(headers, headersSize)), []byte(g.text(body, bodySize)))
	return ok
}

func proxyGetSharedData(ctx context.Context, m api.Module, key, keySize, value, size, version uint32) uint32 {
	g := from(ctx, m)
	data, v, found := g.w.envoy.getShared(g.text(key, keySize))
	if !found {
		return notFound
	}
	if g.lies("proxy_get_shared_data", value, size) {
		return ok
	}
	g.memory.WriteUint32Le(version, v)
	return g.give([]byte(data), value, size)
}

func proxySetSharedData(ctx context.Context, m api.Module, key, keySize, value, size, version uint32) uint32 {
	g := from(ctx, m)
	if !g.w.envoy.setShared(g.text(key, keySize), g.text(value, size), version) {
		return casMismatch
	}
	return ok
}

func proxyGetHeaderMapValue(ctx context.Context, m api.Module, kind, key, keySize, value, size uint32) uint32 {
	g := from(ctx, m)
	if g.lies("proxy_get_header_map_value", value, size) {
		return ok
	}
	v, found := header(g.headerMap(kind), strings.ToLower(g.text(key, keySize)))
	if !found {
		return notFound
	}
	return g.give([]byte(v), value, size)
}

func proxyReplaceHeaderMapValue(ctx context.Context, m api.Module, kind, key, keySize, value, size uint32) uint32 {
	g := from(ctx, m)
	return change(kind, func(s stream.Side) bool { return g.w.setHeader(s, g.text(key, keySize), g.text(value, size)) })
}

func proxyRemoveHeaderMapValue(ctx context.Context, m api.Module, kind, key, keySize uint32) uint32 {
	g := from(ctx, m)
	return change(kind, func(s stream.Side) bool { return g.w.removeHeader(s, g.text(key, keySize)) })
}

func proxyGetHeaderMapPairs(ctx context.Context, m api.Module, kind, at, size uint32) uint32 {
	g := from(ctx, m)
	if g.lies("proxy_get_header_map_pairs", at, size) {
		return ok
	}
	h := g.headerMap(kind)
	if len(h) == 0 {
		return g.give(nil, at, size)
	}
	return g.give(appendPairs(nil, h), at, size)
}
