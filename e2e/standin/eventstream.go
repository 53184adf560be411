package standin

import (
	"encoding/binary"
	"hash/crc32"
)

// frame is one message of an AWS event stream: lengths with their checksum, headers of texts, the payload, and a checksum of all. Source:
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html, which describes the format.
func frame(headers [][2]string, payload []byte) []byte {
	const prelude, sum, isText = 8, 4, 7
	var h []byte
	for _, pair := range headers {
		h = append(h, byte(len(pair[0])))
		h = append(h, pair[0]...)
		h = append(h, isText)
		h = binary.BigEndian.AppendUint16(h, uint16(len(pair[1])))
		h = append(h, pair[1]...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(prelude+sum+len(h)+len(payload)+sum))
	b = binary.BigEndian.AppendUint32(b, uint32(len(h)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, h...), payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}
