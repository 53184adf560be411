package converters

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// awsMessage is a message of an AWS event stream. Source: Amazon's documentation, "Event stream encoding" (Amazon Transcribe, Amazon S3
// Select); aws-sdk-go-v2/aws/protocol/eventstream.
//
//	total length, headers' length, CRC-32 of both    4 bytes each, big-endian
//	headers                                          length and name, type, value
//	payload
//	CRC-32 of all before                             4 bytes
type awsMessage struct {
	kind    string // :message-type: event, exception, error
	name    string // :event-type, :exception-type or :error-code
	payload []byte
	message string // :error-message
}

// awsFramer cuts a stream into its messages, wherever the pieces that it comes in were cut.
type awsFramer struct {
	buf  []byte
	done int // of buf
}

var (
	errLength   = errors.New("a message with lengths that cannot be")
	errChecksum = errors.New("a message whose checksum is another")
	errHeaders  = errors.New("a message with headers that cannot be")
)

// Write adds a piece, which may be gone afterwards.
func (f *awsFramer) Write(piece []byte) {
	if f.done > 0 {
		f.buf = append(f.buf[:0], f.buf[f.done:]...)
		f.done = 0
	}
	f.buf = append(f.buf, piece...)
}

// Next returns the next message that is complete. It is valid until the next Write.
func (f *awsFramer) Next() (m awsMessage, ok bool, err error) {
	const prelude, least = 12, 16
	b := f.buf[f.done:]
	if len(b) < prelude {
		return m, false, nil
	}
	total, headers := int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
	if crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]) {
		return m, false, errChecksum
	}
	if total < least || total > maxEvent || headers > total-least {
		return m, false, errLength
	}
	if len(b) < total {
		return m, false, nil
	}
	if crc32.ChecksumIEEE(b[:total-4]) != binary.BigEndian.Uint32(b[total-4:]) {
		return m, false, errChecksum
	}
	f.done += total
	m.payload = b[prelude+headers : total-4]
	return m, true, m.headers(b[prelude : prelude+headers])
}

// Held is how many bytes wait for the end of their message.
func (f *awsFramer) Held() int { return len(f.buf) - f.done }

// sizes are those of the values of headers, by their type: true, false, byte, short, integer, long, bytes, string, timestamp, UUID. Bytes and
// strings have theirs before them.
var sizes = [...]int{0, 0, 1, 2, 4, 8, -1, -1, 8, 16}

// headers reads a message's headers.
func (m *awsMessage) headers(b []byte) error {
	for len(b) > 0 {
		n := int(b[0])
		if len(b) < 1+n+1 {
			return errHeaders
		}
		name, kind := string(b[1:1+n]), int(b[1+n])
		b = b[1+n+1:]
		if kind >= len(sizes) {
			return errHeaders
		}
		size := sizes[kind]
		if size < 0 {
			if len(b) < 2 {
				return errHeaders
			}
			size = int(binary.BigEndian.Uint16(b))
			b = b[2:]
		}
		if len(b) < size {
			return errHeaders
		}
		switch name {
		case ":message-type":
			m.kind = string(b[:size])
		case ":event-type", ":exception-type", ":error-code":
			m.name = string(b[:size])
		case ":error-message":
			m.message = string(b[:size])
		}
		b = b[size:]
	}
	return nil
}
