"""Takes the steps of stream_test.go with the Python SDK, and prints what came of each: a line of JSON with name and result.
Then it waits for a line, so that what was counted can be counted."""

import json
import os

import openai

URLS = json.loads(os.environ["URLS"])


def client(name):
    return openai.OpenAI(base_url=URLS[name] + "/v1", api_key=os.environ["KEY"])


def step(name, f):
    said = []
    try:
        f(said)
        result = "".join(said)
    except openai.APIStatusError as e:
        result = f"{e.status_code} {{{type(e).__name__}}} {e.body['message']}"
    except openai.APIError as e:
        result = f"{''.join(said)}{{{type(e).__name__}}} {e.message}"
    print(json.dumps({"name": name, "result": result}), flush=True)
    input()


def user(text):
    return [{"role": "user", "content": text}]


def chat(where, text, **more):
    def f(said):
        for chunk in where.chat.completions.create(model="m", messages=user(text), stream=True, **more):
            said += [c.delta.content or "" for c in chunk.choices]

    return f


def choices(text):
    def f(said):
        texts = ["", ""]
        for chunk in redact.chat.completions.create(model="m", messages=user(text), stream=True, n=2):
            for c in chunk.choices:
                texts[c.index] += c.delta.content or ""
        said += ["; ".join(texts)]

    return f


def put_together(text, **more):
    def f(said):
        with redact.chat.completions.stream(model="m", messages=user(text), **more) as s:
            m = s.get_final_completion().choices[0].message
        said += [m.role, ": ", m.content or ""]
        said += [f"{c.type} {c.function.name} {c.function.arguments}" for c in m.tool_calls or []]

    return f


def completions(where, text):
    def f(said):
        for c in where.completions.create(model="m", prompt=text, stream=True):
            said += [choice.text for choice in c.choices]

    return f


def responses(where, text):
    def f(said):
        for e in where.responses.create(model="m", input=text, stream=True):
            if e.type == "response.output_text.delta":
                said += [e.delta]
            if e.type == "response.completed":
                said += ["; ", e.response.output_text]

    return f


TOOL = {
    "type": "function",
    "function": {"name": "find", "parameters": {"type": "object", "properties": {"what": {"type": "string"}}}},
}

redact, block, refuse = client("redact"), client("block"), client("refuse")

step("chat", chat(redact, "my unicorn is"))
step("chat, at the end", chat(redact, "my unicorn"))
step("chat, two choices", choices("my unicorn"))
step("chat, put together", put_together("my unicorn"))
step("chat, tool", put_together("call find, my unicorn", tools=[TOOL]))
step("completions", completions(redact, "my unicorn"))
step("responses", responses(redact, "my unicorn is"))
step("responses, at the end", responses(redact, "my unicorn"))
step("chat, blocked", chat(block, "my unicorn is"))
step("completions, blocked", completions(block, "my unicorn is"))
step("responses, blocked", responses(block, "my unicorn is"))
step("chat, refused", chat(refuse, "my unicorn is"))
step("responses, refused", responses(refuse, "my unicorn is"))
step("chat, replied", chat(refuse, "ping"))
step("completions, replied", completions(refuse, "ping"))
step("responses, replied", responses(refuse, "ping"))
