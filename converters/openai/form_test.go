package openai

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// form writes a form: each line ends with \r\n, where the text has only \n.
func form(text string) []byte { return []byte(strings.ReplaceAll(text, "\n", "\r\n")) }

// field is a part with that name.
func field(name, value string) string {
	return "--x\nContent-Disposition: form-data; name=\"" + name + "\"\n\n" + value + "\n"
}

const file = "--x\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\nContent-Type: image/png\n\n\x89PNG\n--\n--y\n\xff\n"

// TestFormsOfLibraries: what the usual libraries write is read.
func TestFormsOfLibraries(t *testing.T) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"model": "gpt-image-1", "user": "u", "size": "1024x1024", "prompt": "a cat \"é\"", "n": "2"} {
		require.NoError(t, w.WriteField(name, value))
	}
	p, err := w.CreateFormFile("image", `żółć "a".png`)
	require.NoError(t, err)
	p.Write([]byte("\x89PNG\r\n\r\n--\r\n"))
	require.NoError(t, w.Close())
	q, err := ParseRequest(ImageEdits, w.FormDataContentType(), b.Bytes())
	require.NoError(t, err)
	assert.Equal(t, []string{"gpt-image-1", "u", "1024x1024", `a cat "é"`}, []string{q.Model, q.User, q.Size, strings.Join(all(q), "|")})
	assert.Equal(t, b.Bytes(), q.Bytes())

	for name, body := range map[string]string{
		"python requests": "--x\nContent-Disposition: form-data; name=\"model\"\n\nm\n--x\nContent-Disposition: form-data; name=\"image\"; filename*=utf-8''%C5%BC.png\n\n\x89\n--x--\n",
		"curl":            "--x\nContent-Disposition: form-data; name=\"model\"\n\nm\n--x\nContent-Disposition: form-data; name=\"image[]\"; filename=\"a.png\"\nContent-Type: image/png\n\n\x89\n--x--\n",
		"node undici":     "--x\ncontent-disposition: form-data; name=\"model\"\n\nm\n--x\ncontent-disposition: form-data; name=\"image\"; filename=\"ż.png\"\ncontent-type: image/png\n\n\x89\n--x--\n\n",
		"java":            "--x\nContent-Disposition: form-data; name=model\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\nm\n--x--",
	} {
		q, err := ParseRequest(ImageEdits, "multipart/form-data; boundary=x", form(body))
		assert.NoError(t, err, name)
		assert.Equal(t, "m", q.Model, name)
	}
}

// many are so many fields.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(field(fmt.Sprint("f", i), "a"))
	}
	return b.String()
}

// TestFormErrors: a form that parsers read in different ways is refused.
func TestFormErrors(t *testing.T) {
	const errors = "the body is not a form as RFC 7578 has it: "
	for _, row := range []struct{ boundary, body, want string }{
		{"x", field("model", "m") + "--x--", ""},
		{"x", "--x--\n", ""},
		{"x", "", "it does not begin with its boundary"},
		{"x", `{"model":"m"}`, "it does not begin with its boundary"},
		{"x", "preamble\n" + field("model", "m") + "--x--", "it does not begin with its boundary"},
		{"y", field("model", "m") + "--x--", "it does not begin with its boundary"},
		{"x", field("model", "m"), "it ends too early"},
		{"x", field("model", "m") + "--x", "a boundary that does not end its line"},
		{"x", field("model", "m") + "--xy\n\n", "a boundary that does not end its line"},
		{"x", field("model", "m") + "--x \n--x--", "a boundary that does not end its line"},
		{"x", field("model", "m") + "--x--\n" + field("model", "n"), "text behind its end"},
		{"x", field("model", "a") + field("model", "b") + "--x--", `the field "model" twice`},
		{"x", field("prompt", "") + field("prompt", "b") + "--x--", `the field "prompt" twice`},
		{"x", field("model", "a") + field("model[]", "b") + "--x--", `the field "model" twice`},
		{"x", field("image[]", "a") + field("image[]", "b") + "--x--", ""},
		{"x", field("prompt", "\xff") + "--x--", `the field "prompt" is not UTF-8`},
		{"x", file + "--x--", ""},
		{"x", many(maxFields) + "--x--", ""},
		{"x", many(maxFields+1) + "--x--", "more than 128 fields"},
		{"x", strings.Replace(field("model", "m"), "name=", "name*=", 1) + "--x--", `a part with the content-disposition " form-data; name*=\"model\""`},
		{"x", "--x\nContent-Disposition: form-data; name*=utf-8''model\n\nm\n--x--", `a part with the content-disposition " form-data; name*=utf-8''model"`},
		{"x", field(`mod\el`, "m") + "--x--", `a part with the content-disposition " form-data; name=\"mod\\el\""`},
		{"x", "--x\nContent-Disposition: form-data\n\nm\n--x--", `a part with the content-disposition " form-data"`},
		{"x", "--x\nContent-Disposition: attachment; name=\"model\"\n\nm\n--x--", `a part with the content-disposition " attachment; name=\"model\""`},
		{"x", "--x\nContent-Disposition: form-data; name=\"a\"; name=\"model\"\n\nm\n--x--", `a part with the content-disposition " form-data; name=\"a\"; name=\"model\""`},
		{"x", "--x\nContent-Disposition: form-data; name=\"a\"\nContent-Disposition: form-data; name=\"model\"\n\nm\n--x--", "a part without a name, or with two"},
		{"x", "--x\nContent-Type: text/plain\n\nm\n--x--", "a part without a name, or with two"},
		{"x", "--x\nContent-Disposition:\n form-data; name=\"model\"\n\nm\n--x--", `a part with the content-disposition ""`},
		{"x", "--x\nContent-Type: text/plain\n form-data\nContent-Disposition: form-data; name=\"model\"\n\nm\n--x--", `a part with the header line " form-data"`},
		{"x", "--x\nContent-Disposition : form-data; name=\"model\"\n\nm\n--x--", `a part with the header line "Content-Disposition : form-data; name=\"model\""`},
		{"x", "--x\n\nm\n--x--", "it ends too early"},
		{"x", strings.Replace(field("model", "m"), "\n\n", "\nContent-Transfer-Encoding: base64\n\n", 1) + "--x--", "a part with the content-transfer-encoding  base64"},
		{"x", strings.Replace(field("prompt", "+AHM-"), "\n\n", "\nContent-Type: text/plain; charset=utf-7\n\n", 1) + "--x--", "the charset utf-7: policies cannot read the body; want UTF-8"},
	} {
		_, err := ParseRequest(ImageEdits, "multipart/form-data; boundary="+row.boundary, form(row.body))
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), errors)
		}
		assert.Equal(t, row.want, got, "%q: %q", row.boundary, row.body)
	}
	_, err := ParseRequest(ImageEdits, "multipart/form-data", form("--x--"))
	assert.ErrorContains(t, err, "its content-type has no boundary")
	_, err = ParseRequest(ImageEdits, "multipart/form-data; boundary=x; charset=utf-16", form("--x--"))
	assert.ErrorContains(t, err, "the charset utf-16")
	_, err = ParseRequest(ImageEdits, "multipart/form-data; boundary=x", []byte("--x\nContent-Disposition: form-data; name=\"model\"\n\nm\n--x--"))
	assert.ErrorContains(t, err, "a boundary that does not end its line", "lines that end with \\n alone")
}

// TestFormEdits: what policies change is changed in the fields' values, and nothing else is.
func TestFormEdits(t *testing.T) {
	body := form(file + field("prompt", "a crap \"cat\" \\u0061") + field("user", "u") + field("stream", "true") + field("note", "b") + field("quality", "high") + "--x--\n")
	q, err := ParseRequest(ImageEdits, "multipart/form-data; boundary=x", body)
	require.NoError(t, err)
	assert.True(t, q.Stream)
	require.Equal(t, []string{`a crap "cat" \u0061`, "b"}, all(q))
	q.Replace(0, 2, 6, `**"**`)
	q.Set("user", `"0123"`)
	q.Set("stream", "false")
	q.Set("stream_options", `{}`) // not there: a form has no such field
	assert.Equal(t, `a **"** "cat" \u0061`, q.Current(0))
	want := string(body)
	for _, r := range [][2]string{{"crap", `**"**`}, {"\r\n\r\nu\r\n", "\r\n\r\n0123\r\n"}, {"true", "false"}} {
		want = strings.Replace(want, r[0], r[1], 1)
	}
	assert.Equal(t, want, string(q.Bytes()))
	assert.Equal(t, `{"prompt":"a **\"** \"cat\" \\u0061","user":"0123","stream":"false","note":"b","quality":"high"}`, string(q.Without(nil, func(string) bool { return false })))
	assert.Equal(t, `{"user":"0123","stream":"false","note":"b","quality":"high"}`, string(q.Without(nil, func(name string) bool { return name == "prompt" })))
}

// FuzzForm: no form panics, and what is read of one is what Go's own parser reads.
func FuzzForm(f *testing.F) {
	f.Add(form(field("model", "m") + file + field("prompt", "a\nb") + "--x--"))
	f.Add(form("--x\nA: b\nContent-Disposition: form-data; name=user\n\n\n--x--\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := ParseRequest(ImageEdits, "multipart/form-data; boundary=x", body)
		if err != nil {
			return
		}
		if got := q.Bytes(); !bytes.Equal(got, body) {
			t.Fatalf("%q: %q without any edit", body, got)
		}
		read := map[string]string{}
		r := multipart.NewReader(bytes.NewReader(body), "x")
		for p, err := r.NextRawPart(); err == nil; p, err = r.NextRawPart() {
			var b bytes.Buffer
			if _, err := b.ReadFrom(p); err != nil {
				t.Fatalf("%q: %v", body, err)
			}
			if name := strings.TrimSuffix(p.FormName(), "[]"); read[name] == "" {
				read[name] = b.String()
			}
		}
		if q.Model != read["model"] || q.User != read["user"] || q.Size != read["size"] {
			t.Fatalf("%q: model %q, user %q, size %q; Go reads %q", body, q.Model, q.User, q.Size, read)
		}
	})
}
