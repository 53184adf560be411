package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

type bedrockRequest struct {
	Messages []struct {
		Role    string         `json:"role"`
		Content []bedrockPiece `json:"content"`
	} `json:"messages"`
	System []struct {
		Text string `json:"text"`
	} `json:"system"`
	Inference struct {
		MaxTokens int      `json:"maxTokens"`
		Stops     []string `json:"stopSequences"`
	} `json:"inferenceConfig"`
	ToolConfig *struct {
		Tools []struct {
			Spec *struct {
				Name   string `json:"name"`
				Schema struct {
					JSON map[string]any `json:"json"`
				} `json:"inputSchema"`
			} `json:"toolSpec"`
		} `json:"tools"`
		Choice struct {
			Any  *struct{} `json:"any"`
			Tool *struct {
				Name string `json:"name"`
			} `json:"tool"`
		} `json:"toolChoice"`
	} `json:"toolConfig"`
	Output struct {
		Format struct {
			Structure struct {
				Schema struct {
					Schema string `json:"schema"`
				} `json:"jsonSchema"`
			} `json:"structure"`
		} `json:"textFormat"`
	} `json:"outputConfig"`
	Additional map[string]any `json:"additionalModelRequestFields"`
}

type bedrockPiece struct {
	Text  *string `json:"text"`
	Image *struct {
		Format string `json:"format"`
		Source struct {
			Bytes []byte `json:"bytes"`
		} `json:"source"`
	} `json:"image"`
	Use *struct {
		ID string `json:"toolUseId"`
	} `json:"toolUse"`
	Result *struct {
		ID      string `json:"toolUseId"`
		Content []struct {
			Text string         `json:"text"`
			JSON map[string]any `json:"json"`
		} `json:"content"`
	} `json:"toolResult"`
}

// bedrockAnswer answers as https://bedrock-runtime.REGION.amazonaws.com does.
func bedrockAnswer(o *Other, r *http.Request, body []byte) *Answer {
	return o.bedrock(r, body).headers(map[string]string{"X-Amzn-Requestid": ident("")})
}

func (o *Other) bedrock(r *http.Request, body []byte) *Answer {
	if bad := o.signed(r, body); bad != nil {
		return bad
	}
	path := strings.Split(r.URL.EscapedPath(), "/")
	if len(path) != 4 || path[1] != "model" {
		return bedrockError(http.StatusNotFound, "UnknownOperationException", "")
	}
	model, err := url.PathUnescape(path[2])
	operation := path[3]
	switch {
	case err != nil || model == "":
		return bedrockFail(http.StatusBadRequest, "The provided model identifier is invalid.")
	case operation != "converse" && operation != "converse-stream" && operation != "invoke":
		return bedrockError(http.StatusNotFound, "UnknownOperationException", "")
	case r.Method != http.MethodPost:
		return bedrockError(http.StatusMethodNotAllowed, "UnknownOperationException", "")
	case strings.HasPrefix(model, "no-such-"):
		return bedrockFail(http.StatusBadRequest, "The provided model identifier is invalid.")
	}
	v, err := o.object(body)
	if err != nil {
		return bedrockError(http.StatusBadRequest, "SerializationException", err.Error())
	}
	if operation == "invoke" {
		return bedrockEmbeddings(model, v)
	}
	if f := bedrockShape.check(v); f != nil {
		return bedrockFail(http.StatusBadRequest, bedrockFlaw(f))
	}
	var request bedrockRequest
	remake(v, &request)
	if wrong := request.rules(); wrong != "" {
		return bedrockFail(http.StatusBadRequest, wrong)
	}
	a := bedrockReply{request.turn().say()}
	if operation == "converse" {
		return compact(http.StatusOK, a.whole())
	}
	return &Answer{Pieces: a.events(), Pace: o.options.Pace, Header: http.Header{"Content-Type": {"application/vnd.amazon.eventstream"}}}
}

// signed checks who asks: a Bearer key, or a signature. Not nil is the error to answer with.
func (o *Other) signed(r *http.Request, body []byte) *Answer {
	auth, key := r.Header.Get("Authorization"), o.options.Key
	if bearer, ok := strings.CutPrefix(auth, "Bearer "); ok {
		if strings.Contains(key, ":") || !o.allowed(bearer) {
			return bedrockFail(http.StatusForbidden, "Authentication failed: Please make sure your API Key is valid.")
		}
		return nil
	}
	if auth == "" {
		return bedrockError(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	if err := signature(r, body, key); err != nil {
		return bedrockError(http.StatusForbidden, "InvalidSignatureException", err.Error())
	}
	if key != "" && !strings.Contains(key, ":") {
		return bedrockFail(http.StatusForbidden, "The request is signed; want the Bearer key.")
	}
	return nil
}

func (r *bedrockRequest) turn() *turn {
	t := &turn{limit: r.Inference.MaxTokens, stops: r.Inference.Stops}
	for _, name := range []string{"thinking", "reasoning_config", "reasoningConfig"} {
		if v, ok := r.Additional[name].(map[string]any); ok && v["type"] != "disabled" {
			t.think = true
		}
	}
	for _, b := range r.System {
		t.hear("system", b.Text)
	}
	for _, m := range r.Messages {
		var texts []string
		results := 0
		for _, b := range m.Content {
			switch {
			case b.Text != nil:
				texts = append(texts, *b.Text)
			case b.Result != nil:
				var all []string
				for _, c := range b.Result.Content {
					if c.JSON != nil {
						c.Text = spoken(c.JSON)
					}
					all = append(all, c.Text)
				}
				t.hear("tool", strings.Join(all, "\n"))
				results++
			}
		}
		if len(texts) > 0 || results == 0 {
			t.hear(m.Role, strings.Join(texts, "\n"))
		}
	}
	if c := r.ToolConfig; c != nil {
		for _, u := range c.Tools {
			if u.Spec != nil {
				var s schema
				remake(u.Spec.Schema.JSON, &s)
				t.tools = append(t.tools, tool{u.Spec.Name, s})
			}
		}
		switch {
		case c.Choice.Any != nil:
			t.choice = json.RawMessage(`"required"`)
		case c.Choice.Tool != nil:
			t.choice = named(c.Choice.Tool.Name)
		}
	}
	if text := r.Output.Format.Structure.Schema.Schema; text != "" {
		var v any
		_ = json.Unmarshal([]byte(text), &v)
		t.schema = &schema{}
		remake(v, t.schema)
	}
	return t
}

// bedrockTypes are the types of errors by their status.
var bedrockTypes = map[int]string{400: "ValidationException", 403: "AccessDeniedException", 404: "ResourceNotFoundException",
	408: "ModelTimeoutException", 424: "ModelErrorException", 429: "ThrottlingException", 500: "InternalServerException",
	503: "ServiceUnavailableException"}

func bedrockFail(status int, message string) *Answer {
	kind := bedrockTypes[status]
	if kind == "" {
		kind = "InternalServerException"
	}
	return bedrockError(status, kind, message)
}

func bedrockError(status int, kind, message string) *Answer {
	a := compact(status, map[string]string{"message": message})
	a.Header.Set("X-Amzn-Errortype", kind+":http://internal.amazon.com/coral/com.amazon.bedrock/")
	return a
}

func bedrockBroken() []byte {
	return frame([][2]string{{":exception-type", "serviceUnavailableException"}, {":content-type", "application/json"},
		{":message-type", "exception"}}, fmt.Append(nil, `{"message":"Bedrock is unable to process your request."}`))
}
