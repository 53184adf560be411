//go:build wasip1

package main

import (
	"encoding/binary"
	"slices"
	"strconv"
	"unsafe"
)

// The functions of the host, as proxy-wasm 0.2.1 has them: a string is its address and its length. Source of names and numbers: the ABI's
// specification, github.com/proxy-wasm/spec. They are declared here, and not taken from an SDK, because what an SDK does around them (maps
// of contexts, a copy of each value, lists of callbacks) cost five times the rest of an exchange that no policy wants.

//go:wasmimport env proxy_log
func hostLog(level uint32, message string) status

//go:wasmimport env proxy_get_current_time_nanoseconds
func hostTime(ns unsafe.Pointer) status

//go:wasmimport env proxy_get_property
func hostProperty(path string, value, size unsafe.Pointer) status

//go:wasmimport env proxy_set_property
func hostSetProperty(path, value string) status

//go:wasmimport env proxy_get_buffer_bytes
func hostBuffer(kind, start, length uint32, value, size unsafe.Pointer) status

//go:wasmimport env proxy_set_buffer_bytes
func hostSetBuffer(kind, start, length uint32, value string) status

//go:wasmimport env proxy_get_header_map_pairs
func hostHeaders(kind uint32, value, size unsafe.Pointer) status

//go:wasmimport env proxy_get_header_map_value
func hostHeader(kind uint32, name string, value, size unsafe.Pointer) status

//go:wasmimport env proxy_replace_header_map_value
func hostSetHeader(kind uint32, name, value string) status

//go:wasmimport env proxy_remove_header_map_value
func hostRemoveHeader(kind uint32, name string) status

//go:wasmimport env proxy_get_shared_data
func hostShared(key string, value, size, version unsafe.Pointer) status

//go:wasmimport env proxy_set_shared_data
func hostSetShared(key, value string, version uint32) status

//go:wasmimport env proxy_http_call
func hostCall(cluster, headers, body, trailers string, milliseconds uint32, id unsafe.Pointer) status

//go:wasmimport env proxy_send_local_response
func hostReply(code uint32, details, body, headers string, grpcStatus int32) status

//go:wasmimport env proxy_continue_stream
func hostResume(kind uint32) status

//go:wasmimport env proxy_close_stream
func hostClose(kind uint32) status

//go:wasmimport env proxy_set_tick_period_milliseconds
func hostTick(milliseconds uint32) status

//go:wasmimport env proxy_set_effective_context
func hostAs(context uint32) status

// status is what a function of the host returns; 0 is success.
type status uint32

func (s status) String() string {
	switch s {
	case 1:
		return "not found"
	case 2:
		return "bad argument"
	case 7:
		return "empty"
	}
	return "status " + strconv.Itoa(int(s))
}

// Kinds of buffers and of header maps.
const (
	requestBody, responseBody, callBody, pluginConfiguration = 0, 1, 4, 7
	requestHeaders, responseHeaders, callHeaders             = 0, 2, 6
)

// back is where the host puts what it returns: the address of a value and its length, or a number. One for all, since no call is made while
// another has not returned its value, and a variable of a function would be allocated each time: its address leaves the module.
var back struct {
	value  *byte
	size   uint32
	number uint32
	ns     int64
}

// room is where the value of the next call arrives if it fits; else it gets room of its own. granted is how much the host got last, in bytes.
var (
	room    []byte
	granted uint32
)

// small is room for values that nobody keeps, piece for pieces of streams.
var (
	small [256]byte
	piece []byte
)

// largestPiece is the size in bytes of the largest piece that is read into the room of all.
const largestPiece = 64 << 10

// allocate is how the host gets room for a value that it returns.
//
//go:wasmexport proxy_on_memory_allocate
func allocate(size uint32) *byte {
	granted = size
	if size <= uint32(len(room)) {
		return &room[0]
	}
	return unsafe.SliceData(make([]byte, max(size, 1)))
}

// The addresses that calls are given.
func toValue() unsafe.Pointer  { return unsafe.Pointer(&back.value) }
func toSize() unsafe.Pointer   { return unsafe.Pointer(&back.size) }
func toNumber() unsafe.Pointer { return unsafe.Pointer(&back.number) }

// returned is the value of the call that was made, nil if it failed. It panics where the host says to have returned what it has not.
func returned(s status) []byte {
	room = small[:]
	if s != 0 || back.size == 0 {
		return nil
	}
	if back.value == nil || back.size > granted {
		panic(refusal("the proxy returned a value that it has no room for"))
	}
	value := unsafe.Slice(back.value, back.size)
	back.value = nil
	return value
}

// text is the bytes as a string, without a copy: they must not change.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// kept is room for what an exchange reads of a side once: the next exchange finds it again.
type kept struct {
	block, body []byte
	list        [][2]string
}

// maxKept is the most that is kept of each, in bytes: a larger body is let go of as soon as nobody looks at it.
const maxKept = 8 << 10

// buffer returns a copy of a buffer's first n bytes, of all that there are if there are fewer.
func buffer(kind uint32, n int, k *kept) []byte {
	room = k.body
	value := returned(hostBuffer(kind, 0, uint32(n), toValue(), toSize()))
	k.body = larger(k.body, value)
	return value
}

// larger is the room to keep: that of a value which did not fit, unless it is too large.
func larger(room, value []byte) []byte {
	if len(value) <= len(room) || len(value) > maxKept {
		return room
	}
	return value
}

// passing is buffer for what is good until the next piece.
func passing(kind uint32, n int) []byte {
	if n > largestPiece {
		return buffer(kind, n, &kept{})
	}
	if n > len(piece) {
		piece = make([]byte, n+n/2)
	}
	room = piece
	return returned(hostBuffer(kind, 0, uint32(n), toValue(), toSize()))
}

// headers returns a header map. Its strings lie in one block.
func headers(kind uint32, k *kept) [][2]string {
	room = k.block
	value := returned(hostHeaders(kind, toValue(), toSize()))
	k.block = larger(k.block, value)
	k.list = pairs(k.list, value)
	return k.list
}

// header returns a header, "" if there is none. What most answers have costs no allocation.
func header(kind uint32, name string) string {
	switch value := returned(hostHeader(kind, name, toValue(), toSize())); string(value) {
	case "200":
		return "200"
	case "application/json":
		return "application/json"
	default:
		return string(value)
	}
}

// property returns an attribute of the context, nil if there is none. It is good until the next call.
func property(path string) []byte { return returned(hostProperty(path, toValue(), toSize())) }

// pairs reads a serialised map into the room of a list: the number of pairs, the lengths of each one's name and value (four bytes each, the lowest first), then the
// names and values, each with a zero behind it. It is nil if that does not fit together.
func pairs(list [][2]string, b []byte) [][2]string {
	if len(b) < 4 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	if n > len(b)/10 { // each takes that much at least
		return nil
	}
	lengths, rest := b[4:4+8*n], b[4+8*n:]
	all := slices.Grow(list[:0], n)[:n]
	for i := range all {
		for j := range all[i] {
			size := int(binary.LittleEndian.Uint32(lengths[8*i+4*j:]))
			if size >= len(rest) {
				return nil
			}
			all[i][j], rest = text(rest[:size]), rest[size+1:]
		}
	}
	return all
}

// serialised is the opposite of pairs.
func serialised(all [][2]string) string {
	size := 4
	for _, p := range all {
		size += 10 + len(p[0]) + len(p[1])
	}
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, size), uint32(len(all)))
	for _, p := range all {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p[0])))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p[1])))
	}
	for _, p := range all {
		b = append(append(b, p[0]...), 0)
		b = append(append(b, p[1]...), 0)
	}
	return text(b)
}
