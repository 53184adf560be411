"""Takes the steps of sdk_test.go with the Python SDK, and prints what came of each: a line of JSON with name and result.
Then it waits for a line, so that what was counted can be counted."""

import json
import os

import openai

URLS = json.loads(os.environ["URLS"])


def client(name, **options):
    return openai.OpenAI(base_url=URLS[name] + "/v1", api_key=options.pop("api_key", os.environ["KEY"]), **options)


def step(name, f):
    try:
        result = f()
    except openai.APIStatusError as e:
        result = f"{e.status_code} {{{type(e).__name__}}} {e.body['type']}: {e.body['message']}"
    print(json.dumps({"name": name, "result": result if isinstance(result, str) else json.dumps(result)}), flush=True)
    input()


def user(text):
    return [{"role": "user", "content": text}]


def chat(where, text, model="m", **more):
    return where.chat.completions.create(model=model, messages=user(text), **more)


def content(answer):
    return answer.choices[0].message.content


def scripted(script):
    return {"extra_headers": {"x-script": "python " + script}}


def stream():
    text, tokens = "", 0
    for chunk in chat(guard, "a shit day", stream=True, stream_options={"include_usage": True}):
        tokens += chunk.usage.total_tokens if chunk.usage else 0
        text += "".join(c.delta.content or "" for c in chunk.choices)
    return f"{text} {json.dumps(tokens > 0)}"


def stream_responses():
    text, last = "", ""
    for event in plain.responses.create(model="m", input="a day", stream=True):
        last = event.type
        if last == "response.output_text.delta":
            text += event.delta
    return f"{text} {last}"


def stream_text():
    return "".join(c.choices[0].text for c in plain.completions.create(model="m", prompt="a day", stream=True))


TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"what": {"type": "string"}}}}}

plain, guard, once = client("plain"), client("guard"), client("guard", max_retries=0)

step("models", lambda: plain.models.list().data[0].object)
step("chat", lambda: content(chat(plain, "hello")))
step("chat, n", lambda: len(chat(plain, "hello", n=3).choices))
step("chat, redacted", lambda: content(chat(guard, "what a shit day")))
step("chat, parts", lambda: content(chat(guard, [{"type": "text", "text": "what a shit day"}])))
step("chat, tool", lambda: chat(guard, "call find, shit", tools=[TOOL]).choices[0].message.tool_calls[0].function.arguments)
step("completions", lambda: guard.completions.create(model="m", prompt="a shit day").choices[0].text)
step("embeddings", lambda: len(guard.embeddings.create(model="m", input=["a", "b"]).data[1].embedding))
step("moderations", lambda: guard.moderations.create(input="kill them all").results[0].flagged)
step("images", lambda: len(guard.images.generate(prompt="a day", n=2).data))
step("responses", lambda: guard.responses.create(model="m", input="a shit day", instructions="be kind").output_text)
step("stream", stream)
step("stream, completions", stream_text)
step("stream, responses", stream_responses)
step("blocked", lambda: chat(guard, "eat the forbidden fruit"))
step("blocked, responses", lambda: guard.responses.create(model="m", input="eat the forbidden fruit"))
step("blocked, 400", lambda: chat(client("400"), "eat the forbidden fruit"))
step("blocked, 403", lambda: chat(client("403"), "eat the forbidden fruit"))
step("bad key", lambda: chat(client("guard", api_key="nope"), "hello"))
step("no such model", lambda: chat(guard, "hello", model="no-such-model"))
step("rate limit", lambda: chat(client("plain", max_retries=0), "hello", **scripted("429 1 limit")))
step("retried by the SDK", lambda: content(chat(client("plain", max_retries=1), "hello", **scripted("429 1 sdk"))))
step("retried by Envoy", lambda: content(chat(once, "hello", **scripted("503 2 envoy"))))
step("retried in vain", lambda: chat(once, "hello", **scripted("503 9 vain")))
