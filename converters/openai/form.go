package openai

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"
)

// errForm is the error of a form that parsers may read otherwise than this one.
var errForm = errors.New("the body is not a form as RFC 7578 has it")

// maxFields is how many fields a form may have that are no files: much more than any endpoint knows.
const maxFields = 128

// parts reads the fields of a multipart form, whose files are skipped. It is strict, as the reader of JSON is: a provider that sees other
// fields than the policies did would be a way round them.
func (q *Request) parts(boundary string) error {
	q.form, q.members = true, q.few[:0]
	if boundary == "" {
		return fmt.Errorf("%w: its content-type has no boundary", errForm)
	}
	delimiter := []byte("\r\n--" + boundary)
	rest, ok := bytes.CutPrefix(q.raw, delimiter[2:])
	if !ok {
		return fmt.Errorf("%w: it does not begin with its boundary", errForm)
	}
	for {
		if end, ok := bytes.CutPrefix(rest, []byte("--")); ok {
			if len(bytes.TrimSpace(end)) > 0 {
				return fmt.Errorf("%w: text behind its end", errForm)
			}
			return nil
		}
		if rest, ok = bytes.CutPrefix(rest, []byte("\r\n")); !ok {
			return fmt.Errorf("%w: a boundary that does not end its line", errForm)
		}
		head, body, ok := bytes.Cut(rest, []byte("\r\n\r\n"))
		value, behind, closed := bytes.Cut(body, delimiter)
		if !ok || !closed {
			return fmt.Errorf("%w: it ends too early", errForm)
		}
		name, file, err := disposition(string(head))
		if err == nil {
			err = q.field(name, file, len(q.raw)-len(body), len(q.raw)-len(body)+len(value))
		}
		if err != nil {
			return err
		}
		rest = behind
	}
}

// field takes in a field of the form, whose value stands from start to end.
func (q *Request) field(name string, file bool, start, end int) error {
	name = strings.TrimSuffix(name, "[]") // a list of one is one for some
	var to *string
	once, text := true, false
	switch name {
	case "model":
		to = &q.Model
	case "user":
		to = &q.User
	case "size":
		to = &q.Size
	case "prompt":
		text = true
	case "stream":
	case "n", "output_compression", "partial_images", "response_format":
		once = false
	default:
		if file {
			return nil
		}
		once, text = false, !setting(name)
	}
	value := q.raw[start:end]
	if !utf8.Valid(value) {
		return fmt.Errorf("%w: the field %q is not UTF-8", errForm, name)
	}
	switch twice := slices.ContainsFunc(q.members, func(m member) bool { return m.name == name }); {
	case twice && once:
		return fmt.Errorf("%w: the field %q twice", errForm, name)
	case len(q.members) == maxFields:
		return fmt.Errorf("%w: more than %d fields", errForm, maxFields)
	case !twice:
		q.members = append(q.members, member{name, start, start, end, text})
	}
	switch {
	case to != nil:
		*to = string(value)
	case name == "stream":
		q.Stream = len(value) > 0 && string(value) != "false"
	case text && len(value) > 0:
		q.Texts = append(q.Texts, Text{start: start, end: end})
	}
	return nil
}

// disposition reads the headers of a part: the field's name, and whether it is a file.
func disposition(head string) (name string, file bool, err error) {
	seen := 0
	for line := range strings.SplitSeq(head, "\r\n") {
		header, value, ok := strings.Cut(line, ":")
		if !ok || header == "" || strings.ContainsAny(header, " \t") || strings.ContainsAny(line, "\r\n") {
			return "", false, fmt.Errorf("%w: a part with the header line %q", errForm, line)
		}
		switch strings.ToLower(header) {
		case "content-disposition":
			media, params, err := mime.ParseMediaType(value)
			seen++
			name = params["name"]
			_, file = params["filename"]
			if err != nil || media != "form-data" || name == "" || strings.Contains(name, `\`) || strings.Contains(strings.ReplaceAll(strings.ToLower(value), " ", ""), ";name*") {
				return "", false, fmt.Errorf("%w: a part with the content-disposition %q", errForm, value)
			}
		case "content-type":
			if err := checkCharset(value); err != nil {
				return "", false, err
			}
		case "content-transfer-encoding":
			switch strings.ToLower(strings.TrimSpace(value)) {
			case "7bit", "8bit", "binary":
			default:
				return "", false, fmt.Errorf("%w: a part with the content-transfer-encoding %s", errForm, value)
			}
		}
	}
	if seen != 1 {
		return "", false, fmt.Errorf("%w: a part without a name, or with two", errForm)
	}
	return name, file, nil
}
