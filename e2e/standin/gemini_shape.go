package standin

import "strings"

// The shapes of Google's generateContent and embeddings. Source: google.golang.org/genai, https://ai.google.dev/api/generate-content and
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference. Names are in camel case, as documented, though the
// provider takes them in snake case too.
var (
	googleBlob  = object(map[string]shape{"mimeType!": like(`^[a-z]+/[a-z0-9.+-]+$`), "data!": encoded, "displayName": str})
	googleName  = like(`^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$`)
	googleSign  = like(`^[A-Za-z0-9+/_=-]+$`)
	googleParts = map[string]shape{
		"text?": str, "inlineData?": googleBlob,
		"fileData?":         object(map[string]shape{"fileUri!": str, "mimeType": str, "displayName": str}),
		"functionCall?":     object(map[string]shape{"id": str, "name!": googleName, "args": free}),
		"functionResponse?": object(map[string]shape{"id": str, "name!": googleName, "response!": free}),
		"thought":           truth, "thoughtSignature": googleSign,
		"mediaResolution": object(map[string]shape{"level": str, "numTokens": integer}),
		"videoMetadata":   free,
	}
	googlePart     = object(googleParts)
	googleSystem   = object(map[string]shape{"role": str, "parts!": list(object(map[string]shape{"text!": str}))})
	googleEmbedded = object(map[string]shape{"role": str, "parts!": list(object(map[string]shape{"text!": str}))})
	googleMode     = enum("AUTO", "ANY", "NONE", "VALIDATED")
	geminiRequest  = googleRequest(false)
	vertexRequest  = googleRequest(true)
	geminiTask     = enum("RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING",
		"FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY")
	geminiEmbed       = googleEmbed("model")
	geminiEmbeds      = object(map[string]shape{"requests!": list(googleEmbed("model!"))})
	vertexPredictions = object(map[string]shape{
		"instances!": list(object(map[string]shape{"content!": str, "task_type": geminiTask, "title": str, "mimeType": str})),
		"parameters": object(map[string]shape{"outputDimensionality": whole(1, 3072), "autoTruncate": truth})})
)

// googleSchema is a schema as Google has it: a part of OpenAPI's, without additionalProperties, $ref and others of JSON Schema. Types may
// be in lower case: Google's own examples have them so.
func googleSchema() shape {
	kinds := []string{"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"}
	for _, k := range kinds[:7:7] {
		kinds = append(kinds, strings.ToLower(k))
	}
	self := &shape{}
	count := whole(0, 1<<31)
	*self = object(map[string]shape{"type": enum(kinds...), "format": str, "title": str, "description": str, "nullable": truth,
		"enum": list(str), "items": same(self), "properties": {kind: "object", item: self}, "required": list(str),
		"anyOf": {kind: "list", item: self}, "propertyOrdering": list(str), "default": anything, "example": anything, "minItems": count,
		"maxItems": count, "minLength": count, "maxLength": count, "minProperties": count, "maxProperties": count, "pattern": str,
		"minimum": num, "maximum": num})
	return *self
}

// googleEmbed is a request for one embedding; model is the name of that field.
func googleEmbed(model string) shape {
	return object(map[string]shape{model: str, "content!": googleEmbedded, "taskType": geminiTask, "title": str,
		"outputDimensionality": whole(1, 3072)})
}

// googleRequest is a request of generateContent.
func googleRequest(vertex bool) shape {
	role := "role"
	if vertex {
		role = "role!"
	}
	content := object(map[string]shape{role: enum("user", "model"), "parts!": list(googlePart)})
	declaration := object(map[string]shape{"name!": googleName, "description": str, "parameters": googleSchema(), "parametersJsonSchema": free,
		"response": googleSchema(), "responseJsonSchema": free})
	safety := map[string]shape{"category!": like("^HARM_CATEGORY_"), "threshold!": enum("BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE",
		"BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF")}
	config := map[string]shape{"candidateCount": whole(1, 8), "maxOutputTokens": whole(1, 1<<20), "temperature": between(0, 2),
		"topP": between(0, 1), "topK": whole(1, 1000), "stopSequences": list(str), "seed": whole(-1<<31, 1<<31-1),
		"presencePenalty": between(-2, 2), "frequencyPenalty": between(-2, 2), "responseLogprobs": truth, "logprobs": whole(0, 20),
		"responseMimeType": enum("text/plain", "application/json", "text/x.enum"), "responseSchema": googleSchema(),
		"responseJsonSchema": free, "responseModalities": list(enum("TEXT", "IMAGE", "AUDIO")), "mediaResolution": str,
		"thinkingConfig": object(map[string]shape{"includeThoughts": truth, "thinkingBudget": whole(-1, 1<<16),
			"thinkingLevel": enum("MINIMAL", "LOW", "MEDIUM", "HIGH")}), "speechConfig": free}
	request := map[string]shape{"contents!": list(content), "systemInstruction": googleSystem, "cachedContent": str,
		"toolConfig": object(map[string]shape{"functionCallingConfig": object(map[string]shape{"mode": googleMode,
			"allowedFunctionNames": list(googleName)})}), "tools": list(object(map[string]shape{
			"functionDeclarations": list(declaration), "googleSearch": free, "codeExecution": free, "urlContext": free}))}
	if vertex {
		safety["method"] = enum("SEVERITY", "PROBABILITY")
		config["audioTimestamp"] = truth
		request["labels"] = table(str)
	} else {
		request["serviceTier"], request["store"] = str, truth
	}
	request["safetySettings"], request["generationConfig"] = list(object(safety)), object(config)
	return object(request)
}

// googleFlaw is what the API says of a field.
func googleFlaw(f *flaw) string {
	if f.what == unknown {
		within := *f
		within.path = f.path[:len(f.path)-1]
		at := ""
		if len(within.path) > 0 {
			at = " at '" + within.indexed() + "'"
		}
		return `Invalid JSON payload received. Unknown name "` + f.path[len(f.path)-1].(string) + `"` + at + ": Cannot find field."
	}
	if f.what == missing {
		return "* GenerateContentRequest." + f.indexed() + ": is not specified"
	}
	return "Invalid value at '" + f.indexed() + "': want " + f.want
}
