package openai

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
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
		return errors.New(errForm.Error() + ": its content-type has no boundary")
	}
	delimiter := []byte("\r\n--" + boundary)
	rest, ok := bytes.CutPrefix(q.raw, delimiter[2:])
	if !ok {
		return errors.New(errForm.Error() + ": it does not begin with its boundary")
	}
	for {
		if end, ok := bytes.CutPrefix(rest, []byte("--")); ok {
			if len(bytes.TrimSpace(end)) > 0 {
				return errors.New(errForm.Error() + ": text behind its end")
			}
			return nil
		}
		if rest, ok = bytes.CutPrefix(rest, []byte("\r\n")); !ok {
			return errors.New(errForm.Error() + ": a boundary that does not end its line")
		}
		head, body, ok := bytes.Cut(rest, []byte("\r\n\r\n"))
		value, behind, closed := bytes.Cut(body, delimiter)
		if !ok || !closed {
			return errors.New(errForm.Error() + ": it ends too early")
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
		return errors.New(errForm.Error() + ": the field " + strconv.Quote(name) + " is not UTF-8")
	}
	switch twice := slices.ContainsFunc(q.members, func(m member) bool { return m.name == name }); {
	case twice && once:
		return errors.New(errForm.Error() + ": the field " + strconv.Quote(name) + " twice")
	case len(q.members) == maxFields:
		return errors.New(errForm.Error() + ": more than " + strconv.Itoa(maxFields) + " fields")
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
			return "", false, errors.New(errForm.Error() + ": a part with the header line " + strconv.Quote(line))
		}
		switch strings.ToLower(header) {
		case "content-disposition":
			media, params, ok := mediaType(value)
			seen++
			name, _ = params.value("name")
			_, file = params.value("filename")
			_, coded := params.value("filename*")
			file = file || coded
			if _, coded := params.value("name*"); coded || !ok || media != "form-data" || name == "" || strings.Contains(name, `\`) {
				return "", false, errors.New(errForm.Error() + ": a part with the content-disposition " + strconv.Quote(value))
			}
		case "content-type":
			if err := checkCharset(value); err != nil {
				return "", false, err
			}
		case "content-transfer-encoding":
			switch strings.ToLower(strings.TrimSpace(value)) {
			case "7bit", "8bit", "binary":
			default:
				return "", false, errors.New(errForm.Error() + ": a part with the content-transfer-encoding " + value)
			}
		}
	}
	if seen != 1 {
		return "", false, errors.New(errForm.Error() + ": a part without a name, or with two")
	}
	return name, file, nil
}

// parameters are those of a header's value, names in lower case.
type parameters [][2]string

// value returns a parameter.
func (p parameters) value(name string) (string, bool) {
	for _, x := range p {
		if x[0] == name {
			return x[1], true
		}
	}
	return "", false
}

// mediaType takes a header's value apart (RFC 9110, sections 5.6.6 and 8.3.1). It is no good with a parameter that is there twice, or that is
// neither a token nor a string in quotes.
func mediaType(value string) (media string, params parameters, ok bool) {
	media, rest, more := strings.Cut(value, ";")
	media = strings.ToLower(strings.Trim(media, " \t"))
	for more && strings.Trim(rest, " \t") != "" {
		var name string
		if name, rest, ok = strings.Cut(rest, "="); !ok {
			return "", nil, false
		}
		name = strings.ToLower(strings.Trim(name, " \t"))
		var text []byte
		if rest != "" && rest[0] == '"' {
			i := 1
			for ; i < len(rest) && rest[i] != '"'; i++ {
				if rest[i] == '\\' && i+1 < len(rest) && (rest[i+1] == '"' || rest[i+1] == '\\') {
					i++
				}
				text = append(text, rest[i])
			}
			if i == len(rest) {
				return "", nil, false
			}
			var behind string
			behind, rest, more = strings.Cut(rest[i+1:], ";")
			if strings.Trim(behind, " \t") != "" {
				return "", nil, false
			}
		} else {
			var token string
			token, rest, more = strings.Cut(rest, ";")
			if text = []byte(strings.TrimRight(token, " \t")); !isToken(string(text)) {
				return "", nil, false
			}
		}
		if _, twice := params.value(name); twice || !isToken(name) {
			return "", nil, false
		}
		params = append(params, [2]string{name, string(text)})
	}
	return media, params, media != ""
}

// isToken tells whether a text is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
