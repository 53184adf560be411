package converters

// kinds are the kinds of providers, by the names that the settings have for them. A new one is a line here, a file for its API, and a corpus
// in testdata.
var kinds = [...]struct {
	name      string
	converter Converter
}{
	{"openai", compatible{}},
	{"azure", azure{}},
	{"anthropic", anthropic{}},
	{"gemini", gemini{}},
	{"vertex", gemini{vertex: true}},
	{"bedrock", bedrock{}},
	{"palm", palm{}},
}
