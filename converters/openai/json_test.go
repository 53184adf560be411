package openai

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriter(t *testing.T) {
	var w Writer
	w.Open("", '{')
	w.Open("list", '[')
	w.Int("", 1)
	w.Raw("", []byte(`{"x": 1} `))
	w.String("", "a\"b\n")
	w.Open("", '{')
	w.Close('{')
	w.Close('[')
	w.Inner("inner", []byte(`\n`))
	w.Word("word", "w")
	w.Bool("yes", true)
	w.Nested("nested", []byte("{\"a\":\t\"b\\\"é\"}\r\n"))
	w.Close('{')
	require.Equal(t, `{"list":[1,{"x": 1} ,"a\"b\n",{}],"inner":"\n","word":"w","yes":true,"nested":"{\"a\":\t\"b\\\"é\"}\r\n"}`, string(w.B))
}

func TestNestedAndBack(t *testing.T) {
	for _, text := range []string{``, `{}`, `{"a":"b\"c\\d"}`, "{\n\t\"é\": \"\u4f60\U0001f600\"\r\n}", `"\u00e9\ud83d\ude00"`, `12345678"12345678\12345678`} {
		literal := append(append([]byte{'"'}, AppendNested(nil, []byte(text))...), '"')
		var back string
		require.NoError(t, json.Unmarshal(literal, &back), "%q", text)
		require.Equal(t, text, back, "%q", text)
		require.Equal(t, text, string(AppendText(nil, literal)), "%q", text)
		require.Equal(t, text, Unquote(literal), "%q", text)
	}
}

func TestReader(t *testing.T) {
	var r Reader
	for _, row := range []struct {
		json string
		want string
		ok   bool
	}{
		{`{"a":"x","n":12}`, "x12", true},
		{`{"a":1,"n":"x"}`, "0", true},
		{`{"a":"x","a":"y"}`, "xy0", true},
		{`{"a":`, "0", false},
		{`[1]`, "0", true},
		{`null`, "0", true},
		{``, "0", false},
		{`{} {}`, "0", false},
	} {
		r.Reset([]byte(row.json), true)
		text, n := "", 0
		for ok := r.Open('{'); ok && r.More(); {
			switch r.Name() {
			case "a":
				text += r.Text()
			case "n":
				n = r.Whole()
			default:
				r.Skip()
			}
		}
		require.Equal(t, row.ok, r.End() == nil, row.json)
		if got := text + string(rune('0'+n%10)); row.ok && n < 10 {
			require.Equal(t, row.want, got, row.json)
		}
		require.False(t, r.More(), "%s: more behind the end", row.json)
	}
}

func TestWithin(t *testing.T) {
	v := []byte(`{"a":{"b":[1],"c":"x"},"d":null}`)
	require.Equal(t, `[1]`, string(Within(v, "a", "b")))
	require.Equal(t, `x`, Unquote(Within(v, "a", "c")))
	for _, path := range [][]string{{"x"}, {"d", "e"}, {"a", "c", "d"}, {"a", "b", "c"}} {
		require.Nil(t, Within(v, path...), "%v", path)
	}
	for v, want := range map[string]bool{"": true, "null": true, `""`: true, "[]": true, "{ }": true, "[ \n]": true, "0": false, "false": false, `" "`: false, "[0]": false} {
		require.Equal(t, want, Empty([]byte(v)), v)
	}
}
