package main

import (
	"fmt"
	"strconv"
	"strings"
)

// exchange is a request and its answer, whole bodies of the same size.
type exchange struct {
	name    string
	size    int    // of each body, in bytes; 0 where they differ
	request []byte // with its head, as the client writes it
	answer  []byte // with its head, as the upstream writes it
}

// word is on the custom list. It is as long as what stands in its place when it is redacted, so that lengths stay what they are.
const (
	word     = "zorp"
	redacted = "****"
)

// exchanges are all that are measured. Redaction has one word to redact on each side of the one with a word in its name.
func exchanges() []*exchange {
	all := []*exchange{
		newExchange("1 KB", 1<<10, ""),
		newExchange("4 KB", 4<<10, ""),
		newExchange("100 KB", 100<<10, ""),
		newExchange("1 MB", 1<<20, ""),
		newExchange("1 KB, a word", 1<<10, "Say "+word+" to "),
	}
	for i, e := range all {
		e.request = requestOf(e.request, fmt.Sprintf("%s: %d", exchangeHeader, i))
		e.answer = answerOf(e.answer)
	}
	return all
}

// newExchange has bodies in the place of the messages. Texts begin with start.
func newExchange(name string, size int, start string) *exchange {
	return &exchange{name: name, size: size, request: chat(size, start), answer: completion(size, start)}
}

// turnSize is the length in bytes of what each of a conversation's messages says, but for the last.
const turnSize = 2000

// chat is the body of a request: a conversation that is as long as its size asks for, with a secret for prompt reflection.
func chat(size int, start string) []byte {
	var b strings.Builder
	b.WriteString(`{"model":"gpt-4o-mini","user":"user-4711","max_tokens":256,"temperature":0.7,"messages":[` +
		`{"role":"system","content":"You help the staff of a small shop. ||The code of the door is blue heron.||"}`)
	const before, after = `,{"role":"%s","content":"`, `"}`
	last := fmt.Sprintf(before, "user") + start
	for i := 0; size-b.Len() > 2*turnSize; i++ {
		fmt.Fprintf(&b, before, [...]string{"user", "assistant"}[i%2])
		b.WriteString(prose(turnSize, uint64(i)))
		b.WriteString(after)
	}
	b.WriteString(last)
	const end = after + `]}`
	b.WriteString(prose(size-b.Len()-len(end), uint64(size)))
	b.WriteString(end)
	return []byte(b.String())
}

// completion is the body of an answer.
func completion(size int, start string) []byte {
	begin := `{"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1741569952,` +
		`"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"` + start
	const end = `","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":190,` +
		`"completion_tokens":110,"total_tokens":300,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},` +
		`"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},"service_tier":"default"}`
	return []byte(begin + prose(size-len(begin)-len(end), uint64(size)+1) + end)
}

// requestOf puts the head before a body: that of OpenAI's Python SDK.
func requestOf(body []byte, header string) []byte {
	head := "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip, deflate\r\nconnection: keep-alive\r\n" +
		"accept: application/json\r\ncontent-type: application/json\r\nuser-agent: OpenAI/Python 1.99.0\r\n" +
		"x-stainless-lang: python\r\nx-stainless-package-version: 1.99.0\r\nx-stainless-os: Linux\r\nx-stainless-arch: x64\r\n" +
		"x-stainless-runtime: CPython\r\nx-stainless-runtime-version: 3.12.1\r\nx-stainless-async: false\r\n" +
		"x-stainless-retry-count: 0\r\nx-stainless-read-timeout: 600\r\n" +
		"authorization: Bearer sk-proj-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL\r\n" +
		header + "\r\ncontent-length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	return append([]byte(head), body...)
}

// answerHead is the head of an answer, but for the length of its body: about what OpenAI sends.
const answerHead = "HTTP/1.1 200 OK\r\ndate: Sun, 05 Oct 2025 10:00:00 GMT\r\nopenai-organization: bench\r\n" +
	"openai-processing-ms: 312\r\nopenai-version: 2020-10-01\r\nx-ratelimit-limit-requests: 10000\r\nx-ratelimit-limit-tokens: 200000\r\n" +
	"x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-remaining-tokens: 199700\r\nx-ratelimit-reset-requests: 8.64s\r\n" +
	"x-ratelimit-reset-tokens: 90ms\r\nx-request-id: req_2f8a6a1c4b7d4e0e9d1f0a3b5c6d7e8f\r\n" +
	"strict-transport-security: max-age=31536000; includeSubDomains; preload\r\nx-content-type-options: nosniff\r\n"

func answerOf(body []byte) []byte {
	return append([]byte(answerHead+"content-type: application/json\r\ncontent-length: "+strconv.Itoa(len(body))+"\r\n\r\n"), body...)
}
