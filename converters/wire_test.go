package converters

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wire is a stream of a corpus as the provider sends it. Those of Bedrock are written as lines: the type of an event, and its payload; an
// exception's type has a "!" before it; "~" is a message whose checksum is wrong, and "<" one that is cut off.
func wire(kind, file string) []byte {
	if kind != "bedrock" {
		return []byte(file)
	}
	var b []byte
	for line := range strings.Lines(file) {
		name, payload, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch {
		case strings.HasPrefix(name, "!"):
			b = append(b, awsEncode("exception", name[1:], payload)...)
		case name == "~":
			m := awsEncode("event", "contentBlockDelta", payload)
			m[len(m)-5] ^= 1
			b = append(b, m...)
		case name == "<":
			m := awsEncode("event", "contentBlockDelta", payload)
			b = append(b, m[:len(m)-1]...)
		default:
			b = append(b, awsEncode("event", name, payload)...)
		}
	}
	return b
}

// awsEncode is a message of an AWS event stream.
func awsEncode(kind, name, payload string) []byte {
	var headers []byte
	header := func(name, value string) {
		headers = append(append(headers, byte(len(name))), name...)
		headers = binary.BigEndian.AppendUint16(append(headers, 7), uint16(len(value)))
		headers = append(headers, value...)
	}
	header(":"+kind+"-type", name)
	header(":content-type", "application/json")
	header(":message-type", kind)
	headers = append(append(headers, 4), "when"...)
	headers = append(append(headers, 8), make([]byte, 8)...)

	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(headers)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(headers)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, headers...), payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// TestEventStream reads messages that were encoded by hand, to be sure that awsEncode and the framer do not agree on what is wrong. The first
// is the empty message of Amazon's test vectors, the second has one header.
func TestEventStream(t *testing.T) {
	for _, row := range []struct {
		bytes   []byte
		payload string
		err     error
	}{
		{[]byte{0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff}, "", nil},
		{[]byte{0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xfe}, "", errChecksum},
		{[]byte{0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xec, 0x7d, 0x98, 0xc8, 0xff}, "", errChecksum},
		{[]byte{0, 0, 0, 0x1d, 0, 0, 0, 0, 0xfd, 0x52, 0x8c, 0x5a, '{', '\'', 'f', 'o', 'o', '\'', ':', '\'', 'b', 'a', 'r', '\'', '}',
			0xc3, 0x65, 0x39, 0x36}, "{'foo':'bar'}", nil},
		{lengths(8, 0), "", errLength},
		{lengths(1<<31, 0), "", errLength},
		{lengths(32, 31), "", errLength},
		{headed(3, 'a'), "", errHeaders},
		{headed(1, 'a', 99), "", errHeaders},
		{headed(1, 'a', 7, 0), "", errHeaders},
		{headed(1, 'a', 7, 0, 9, 'x'), "", errHeaders},
		{headed(1, 'a', 0, 1, 'b', 9), "", errHeaders},
	} {
		var f awsFramer
		f.Write(row.bytes)
		m, _, err := f.Next()
		require.ErrorIs(t, err, row.err, "%x", row.bytes)
		if err == nil {
			require.Equal(t, row.payload, string(m.payload), "%x", row.bytes)
		}
	}
}

// lengths is a message's beginning.
func lengths(total, headers uint32) []byte {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, total), headers)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// headed is a message with those headers and no payload.
func headed(headers ...byte) []byte {
	b := append(lengths(uint32(16+len(headers)), uint32(len(headers))), headers...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}
