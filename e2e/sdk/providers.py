"""Takes the steps of providers_sdk_test.go with the Python SDK. A step is a line of JSON: what to do, the model, a text and a fault.
What came of it is printed, as a line of JSON."""

import json
import os
import sys

import openai
import pydantic

CLIENT = openai.OpenAI(base_url=os.environ["URL"] + "/v1", api_key=os.environ["KEY"], max_retries=0)


def tool(name):
    parameters = {"type": "object", "properties": {"what": {"type": "string"}}, "required": ["what"], "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "parameters": parameters, "strict": True}}


TOOLS = [tool("find"), tool("open")]
SCHEMA = TOOLS[0]["function"]["parameters"]
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Found(pydantic.BaseModel):
    what: str


class Broken(Exception):
    """A stream broke that had begun."""


def user(content):
    return [{"role": "system", "content": "be kind"}, {"role": "user", "content": content}]


def usage(u):
    cached = u.prompt_tokens_details and u.prompt_tokens_details.cached_tokens
    thought = u.completion_tokens_details and u.completion_tokens_details.reasoning_tokens
    text = f"{u.prompt_tokens}+{u.completion_tokens}={u.total_tokens}"
    return text + (f", {cached} cached" if cached else "") + (f", {thought} of thoughts" if thought else "")


def said(message):
    calls = [f"{c.function.name}({json.loads(c.function.arguments)['what']})" for c in message.tool_calls or []]
    return " ".join(([message.content] if message.content else []) + calls)


def told(answer):
    return " / ".join(f"{said(c.message)} ({c.finish_reason})" for c in answer.choices) + " " + usage(answer.usage)


class Step:
    def __init__(self, step):
        self.model, self.text = step["model"], step["text"]
        self.client = CLIENT.with_options(default_headers={"x-fault": step["fault"]})

    def create(self, messages=None, **more):
        return self.client.chat.completions.create(model=self.model, messages=messages or user(self.text), **more)

    def chat(self, **more):
        return told(self.create(**more))

    def roles(self):
        return self.chat(messages=[
            {"role": "system", "content": "be kind"},
            {"role": "developer", "content": [{"type": "text", "text": "be brief"}, {"type": "text", "text": "and clear"}]},
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "good day"},
            {"role": "user", "content": self.text},
        ])

    def image(self):
        parts = [{"type": "text", "text": self.text}, {"type": "image_url", "image_url": {"url": DOT}}]
        return self.chat(messages=user(parts))

    def tools(self):
        answer = self.create(tools=TOOLS)
        message = answer.choices[0].message
        return f"{told(answer)} -> {self.results(message, [c.to_dict() for c in message.tool_calls])}"

    def tools_streamed(self):
        with self.client.chat.completions.stream(
            model=self.model, messages=user(self.text), tools=TOOLS, stream_options={"include_usage": True}
        ) as s:
            answer = s.get_final_completion()
        calls = [c.to_dict() for c in answer.choices[0].message.tool_calls]
        for c in calls:
            del c["index"], c["function"]["parsed_arguments"]
        return f"{told(answer)} -> {self.results({'role': 'assistant', 'tool_calls': calls}, calls)}"

    def results(self, message, calls):
        results = [
            {"role": "tool", "tool_call_id": c["id"], "content": f"{c['function']['name']} {n}"} for n, c in enumerate(calls, 1)
        ]
        return self.chat(messages=[*user(self.text), message, *results], tools=TOOLS)

    def parse(self):
        answer = self.client.chat.completions.parse(model=self.model, messages=user(self.text), response_format=Found)
        return f"{answer.choices[0].message.parsed.what} ({answer.choices[0].finish_reason}) {usage(answer.usage)}"

    def schema(self):
        answer = self.create(response_format=FORMAT)
        return f"{json.loads(answer.choices[0].message.content)['what']} ({answer.choices[0].finish_reason}) {usage(answer.usage)}"

    def stream(self, **more):
        texts, reasons, chunks, used = {}, {}, 0, None
        try:
            for chunk in self.create(stream=True, stream_options={"include_usage": True}, **more):
                chunks += 1
                used = chunk.usage or used
                for c in chunk.choices:
                    texts[c.index] = texts.get(c.index, "") + (c.delta.content or "")
                    reasons[c.index] = c.finish_reason or reasons.get(c.index)
        except openai.APIStatusError:
            raise
        except openai.APIError as e:
            if texts and not f"You said: {self.text}".startswith(texts[0]):
                raise AssertionError(f"the stream said {texts}") from e
            raise Broken("begun " if texts and texts[0] else "") from e
        pace = "many" if chunks > 3 else "few"
        return " / ".join(f"{texts[i]} ({reasons[i]})" for i in sorted(texts)) + f" {usage(used)}, {pace} chunks"

    def completions(self):
        answer = self.client.completions.create(model=self.model, prompt=self.text)
        return f"{answer.choices[0].text} ({answer.choices[0].finish_reason}) {usage(answer.usage)}"

    def completions_streamed(self):
        text, reason, used = "", None, None
        for chunk in self.client.completions.create(
            model=self.model, prompt=self.text, stream=True, stream_options={"include_usage": True}
        ):
            used = chunk.usage or used
            for c in chunk.choices:
                text, reason = text + c.text, c.finish_reason or reason
        return f"{text} ({reason}) {usage(used)}"

    def embeddings(self):
        data = self.client.embeddings.create(model=self.model, input=["a", self.text, "a"]).data
        a, b, c = (d.embedding for d in data)
        return f"{len(data)}, long: {json.dumps(len(b) > 100)}, told apart: {json.dumps(a != b and a == c)}"


STEPS = {
    "chat": Step.chat,
    "roles": Step.roles,
    "image": Step.image,
    "reasoning_effort": lambda s: s.chat(reasoning_effort="low"),
    "n": lambda s: s.chat(n=2),
    "stop": lambda s: s.chat(stop=[" day", "zz"]),
    "stop, a text": lambda s: s.chat(stop=" day"),
    "max_tokens": lambda s: s.chat(max_tokens=2),
    "max_completion_tokens": lambda s: s.chat(max_completion_tokens=2),
    "tools": Step.tools,
    "tools, streamed": Step.tools_streamed,
    "one tool": lambda s: s.chat(tools=TOOLS, parallel_tool_calls=False),
    "tool_choice, named": lambda s: s.chat(tools=TOOLS, tool_choice={"type": "function", "function": {"name": "open"}}),
    "tool_choice, required": lambda s: s.chat(tools=TOOLS, tool_choice="required"),
    "tool_choice, none": lambda s: s.chat(tools=TOOLS, tool_choice="none"),
    "schema": Step.schema,
    "parse": Step.parse,
    "stream": Step.stream,
    "stream, reasoning_effort": lambda s: s.stream(reasoning_effort="low"),
    "stream, n": lambda s: s.stream(n=2),
    "stream, max_tokens": lambda s: s.stream(max_tokens=2),
    "completions": Step.completions,
    "completions, streamed": Step.completions_streamed,
    "embeddings": Step.embeddings,
}


def take(step):
    try:
        return STEPS[step["do"]](Step(step))
    except openai.APIStatusError as e:
        text = f"{e.status_code} {{{type(e).__name__}}} {e.type} {e.code or '-'}: {e.body['message']}"
        after = e.response.headers.get("retry-after")
        return text + (f"; retry after {after}" if after else "")
    except Broken as e:
        cause = e.__cause__
        if isinstance(cause, openai.APIConnectionError):
            return f"{e}{{broken off}}"
        return f"{e}{{{type(cause).__name__}}} {cause.body['type']}: {cause.body['message']}"


for line in sys.stdin:
    print(json.dumps({"result": take(json.loads(line))}), flush=True)
