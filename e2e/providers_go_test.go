package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/shared"
)

// dot is a picture of one point.
const dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// goStep is a step, and the client to take it with.
type goStep struct {
	openai.Client
	step
}

// goSDK takes steps with openai-go.
func goSDK(url string) taker {
	options := []option.RequestOption{option.WithBaseURL(url + "/v1"), option.WithAPIKey(key), option.WithMaxRetries(0)}
	return func(_ *testing.T, s step) string {
		t := &goStep{openai.NewClient(append(slices.Clone(options), option.WithHeader("x-fault", s.Fault))...), s}
		f, ok := goSteps[s.Do]
		if !ok {
			return "no such step: " + s.Do
		}
		said, err := f(t)
		var status *openai.Error
		var stream *ssestream.StreamError
		var broken *brokenStream
		switch {
		case errors.As(err, &status):
			text := fmt.Sprintf("%d {Error} %s %s: %s", status.StatusCode, status.Type, cmp.Or(status.Code, "-"), status.Message)
			if after := status.Response.Header.Get("Retry-After"); after != "" {
				text += "; retry after " + after
			}
			return text
		case errors.As(err, &stream):
			var data struct {
				Error struct{ Type, Message string }
			}
			if err := json.Unmarshal(stream.Event.Data, &data); err != nil {
				return err.Error()
			}
			return fmt.Sprintf("%s{Error} %s: %s", said, data.Error.Type, data.Error.Message)
		case errors.As(err, &broken):
			return said + "{broken off}"
		case err != nil:
			return err.Error()
		}
		return said
	}
}

// brokenStream is a stream that ended with another error than one that was sent in it.
type brokenStream struct{ error }

// params is a chat with these changes.
func (t *goStep) params(changes ...func(*openai.ChatCompletionNewParams)) openai.ChatCompletionNewParams {
	p := openai.ChatCompletionNewParams{Model: t.Model, Messages: []openai.ChatCompletionMessageParamUnion{
		openai.SystemMessage("be kind"), openai.UserMessage(t.Text)}}
	for _, change := range changes {
		change(&p)
	}
	return p
}

func (t *goStep) create(changes ...func(*openai.ChatCompletionNewParams)) (*openai.ChatCompletion, error) {
	a, err := t.Chat.Completions.New(context.Background(), t.params(changes...))
	if err == nil && len(a.Choices) == 0 {
		err = errors.New("no choices: " + a.RawJSON())
	}
	return a, err
}

// chatWith is the step that asks for a chat with these changes.
func chatWith(changes ...func(*openai.ChatCompletionNewParams)) func(*goStep) (string, error) {
	return func(t *goStep) (string, error) {
		a, err := t.create(changes...)
		if err != nil {
			return "", err
		}
		return told(a), nil
	}
}

// told is what an answer says: each choice with why it ended, and what was counted.
func told(a *openai.ChatCompletion) string {
	var all []string
	for _, c := range a.Choices {
		var said []string
		if c.Message.Content != "" {
			said = append(said, c.Message.Content)
		}
		for _, call := range c.Message.ToolCalls {
			said = append(said, call.Function.Name+"("+what(call.Function.Arguments)+")")
		}
		all = append(all, fmt.Sprintf("%s (%s)", strings.Join(said, " "), c.FinishReason))
	}
	return strings.Join(all, " / ") + " " + counted(a.Usage)
}

func counted(u openai.CompletionUsage) string {
	text := fmt.Sprintf("%d+%d=%d", u.PromptTokens, u.CompletionTokens, u.TotalTokens)
	if n := u.PromptTokensDetails.CachedTokens; n > 0 {
		text += fmt.Sprintf(", %d cached", n)
	}
	if n := u.CompletionTokensDetails.ReasoningTokens; n > 0 {
		text += fmt.Sprintf(", %d of thoughts", n)
	}
	return text
}

// what is the one member of an object of goSchema; what is no such object is as it was.
func what(text string) string {
	var v struct{ What string }
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v.What
}

var (
	goSchema = map[string]any{"type": "object", "properties": map[string]any{"what": map[string]any{"type": "string"}},
		"required": []string{"what"}, "additionalProperties": false}
	goTools = []openai.ChatCompletionToolUnionParam{goTool("find"), goTool("open")}
)

func goTool(name string) openai.ChatCompletionToolUnionParam {
	return openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: name, Parameters: goSchema, Strict: param.NewOpt(true)})
}

func withTools(p *openai.ChatCompletionNewParams) { p.Tools = goTools }

func withN(p *openai.ChatCompletionNewParams) { p.N = param.NewOpt(int64(2)) }

func withEffort(p *openai.ChatCompletionNewParams) { p.ReasoningEffort = "low" }

func withMaxTokens(p *openai.ChatCompletionNewParams) { p.MaxTokens = param.NewOpt(int64(2)) }

func withFormat(p *openai.ChatCompletionNewParams) {
	p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
		Name: "answer", Strict: param.NewOpt(true), Schema: goSchema}}
}

// withUsage asks a stream for it.
func withUsage(p *openai.ChatCompletionNewParams) { p.StreamOptions.IncludeUsage = param.NewOpt(true) }

// choosing has tools, and chooses among them.
func choosing(c openai.ChatCompletionToolChoiceOptionUnionParam) func(*goStep) (string, error) {
	return chatWith(withTools, func(p *openai.ChatCompletionNewParams) { p.ToolChoice = c })
}

// stopping stops at texts.
func stopping(s openai.ChatCompletionNewParamsStopUnion) func(*goStep) (string, error) {
	return chatWith(func(p *openai.ChatCompletionNewParams) { p.Stop = s })
}

var goSteps = map[string]func(*goStep) (string, error){
	"chat": chatWith(),
	"roles": func(t *goStep) (string, error) {
		return chatWith(func(p *openai.ChatCompletionNewParams) {
			p.Messages = []openai.ChatCompletionMessageParamUnion{openai.SystemMessage("be kind"),
				openai.DeveloperMessage([]openai.ChatCompletionContentPartTextParam{{Text: "be brief"}, {Text: "and clear"}}),
				openai.UserMessage("hello"), openai.AssistantMessage("good day"), openai.UserMessage(t.Text)}
		})(t)
	},
	"image": func(t *goStep) (string, error) {
		return chatWith(func(p *openai.ChatCompletionNewParams) {
			p.Messages[1] = openai.UserMessage([]openai.ChatCompletionContentPartUnionParam{openai.TextContentPart(t.Text),
				openai.ImageContentPart(openai.ChatCompletionContentPartImageImageURLParam{URL: dot})})
		})(t)
	},
	"reasoning_effort":      chatWith(withEffort),
	"n":                     chatWith(withN),
	"stop":                  stopping(openai.ChatCompletionNewParamsStopUnion{OfStringArray: []string{" day", "zz"}}),
	"stop, a text":          stopping(openai.ChatCompletionNewParamsStopUnion{OfString: param.NewOpt(" day")}),
	"max_tokens":            chatWith(withMaxTokens),
	"max_completion_tokens": chatWith(func(p *openai.ChatCompletionNewParams) { p.MaxCompletionTokens = param.NewOpt(int64(2)) }),
	"tools": func(t *goStep) (string, error) {
		a, err := t.create(withTools)
		if err != nil {
			return "", err
		}
		return t.results(a)
	},
	"tools, streamed": func(t *goStep) (string, error) {
		s := t.Chat.Completions.NewStreaming(context.Background(), t.params(withTools, withUsage))
		var all openai.ChatCompletionAccumulator
		for s.Next() {
			if !all.AddChunk(s.Current()) {
				return "", errors.New("a chunk that cannot be added: " + s.Current().RawJSON())
			}
		}
		if s.Err() != nil {
			return "", s.Err()
		}
		return t.results(&all.ChatCompletion)
	},
	"one tool": chatWith(withTools, func(p *openai.ChatCompletionNewParams) { p.ParallelToolCalls = param.NewOpt(false) }),
	"tool_choice, named": choosing(openai.ToolChoiceOptionFunctionToolChoice(openai.ChatCompletionNamedToolChoiceFunctionParam{
		Name: "open"})),
	"tool_choice, required":    choosing(openai.ChatCompletionToolChoiceOptionUnionParam{OfAuto: param.NewOpt("required")}),
	"tool_choice, none":        choosing(openai.ChatCompletionToolChoiceOptionUnionParam{OfAuto: param.NewOpt("none")}),
	"schema":                   (*goStep).parse,
	"parse":                    (*goStep).parse, // this SDK leaves the reading to the caller
	"stream":                   streamWith(),
	"stream, reasoning_effort": streamWith(withEffort),
	"stream, n":                streamWith(withN),
	"stream, max_tokens":       streamWith(withMaxTokens),
	"completions": func(t *goStep) (string, error) {
		a, err := t.Completions.New(context.Background(), t.prompt())
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s (%s) %s", a.Choices[0].Text, a.Choices[0].FinishReason, counted(a.Usage)), nil
	},
	"completions, streamed": func(t *goStep) (string, error) {
		p := t.prompt()
		p.StreamOptions.IncludeUsage = param.NewOpt(true)
		s := t.Completions.NewStreaming(context.Background(), p)
		text, reason, used := "", "", openai.CompletionUsage{}
		for s.Next() {
			if u := s.Current().Usage; s.Current().JSON.Usage.Valid() {
				used = u
			}
			for _, c := range s.Current().Choices {
				text, reason = text+c.Text, cmp.Or(string(c.FinishReason), reason)
			}
		}
		return fmt.Sprintf("%s (%s) %s", text, reason, counted(used)), s.Err()
	},
	"embeddings": func(t *goStep) (string, error) {
		a, err := t.Embeddings.New(context.Background(), openai.EmbeddingNewParams{Model: t.Model,
			Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", t.Text, "a"}}})
		if err != nil {
			return "", err
		}
		if len(a.Data) != 3 {
			return "", errors.New("not three: " + a.RawJSON())
		}
		first, second, third := a.Data[0].Embedding, a.Data[1].Embedding, a.Data[2].Embedding
		apart := !slices.Equal(first, second) && slices.Equal(first, third)
		return fmt.Sprintf("%d, long: %t, told apart: %t", len(a.Data), len(second) > 100, apart), nil
	},
}

func (t *goStep) prompt() openai.CompletionNewParams {
	return openai.CompletionNewParams{Model: openai.CompletionNewParamsModel(t.Model),
		Prompt: openai.CompletionNewParamsPromptUnion{OfString: param.NewOpt(t.Text)}}
}

// results tells of an answer that calls tools, and of the answer to what comes of these.
func (t *goStep) results(a *openai.ChatCompletion) (string, error) {
	b, err := t.create(withTools, func(p *openai.ChatCompletionNewParams) {
		p.Messages = append(p.Messages, a.Choices[0].Message.ToParam())
		for i, c := range a.Choices[0].Message.ToolCalls {
			p.Messages = append(p.Messages, openai.ToolMessage(fmt.Sprint(c.Function.Name, " ", i+1), c.ID))
		}
	})
	if err != nil {
		return told(a), err
	}
	return told(a) + " -> " + told(b), nil
}

func (t *goStep) parse() (string, error) {
	a, err := t.create(withFormat)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s (%s) %s", what(a.Choices[0].Message.Content), a.Choices[0].FinishReason, counted(a.Usage)), nil
}

// streamWith is the step that streams a chat with these changes.
func streamWith(changes ...func(*openai.ChatCompletionNewParams)) func(*goStep) (string, error) {
	return func(t *goStep) (string, error) {
		s := t.Chat.Completions.NewStreaming(context.Background(), t.params(append(changes, withUsage)...))
		var all openai.ChatCompletionAccumulator
		chunks := 0
		for s.Next() {
			chunks++
			if !all.AddChunk(s.Current()) {
				return "", errors.New("a chunk that cannot be added: " + s.Current().RawJSON())
			}
		}
		if err := s.Err(); err != nil {
			return begun(&all, t.Text, err)
		}
		pace := "few"
		if chunks > 3 {
			pace = "many"
		}
		return fmt.Sprintf("%s, %s chunks", told(&all.ChatCompletion), pace), nil
	}
}

// begun tells of a stream that broke whether anything of the answer had come.
func begun(all *openai.ChatCompletionAccumulator, text string, err error) (string, error) {
	var status *openai.Error
	var stream *ssestream.StreamError
	if !errors.As(err, &status) && !errors.As(err, &stream) {
		err = &brokenStream{err}
	}
	if len(all.Choices) == 0 || all.Choices[0].Message.Content == "" {
		return "", err
	}
	if said := all.Choices[0].Message.Content; !strings.HasPrefix("You said: "+text, said) {
		return "", fmt.Errorf("the stream said %q", said)
	}
	return "begun ", err
}
