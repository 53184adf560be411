// Takes the steps of providers_sdk_test.go with the Node SDK. A step is a line of JSON: what to do, the model, a text and a fault.
// What came of it is printed, as a line of JSON.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const OpenAI = createRequire(process.env.MODULES)('openai').default

const ai = new OpenAI({ baseURL: process.env.URL + '/v1', apiKey: process.env.KEY, maxRetries: 0 })

const parameters = { type: 'object', properties: { what: { type: 'string' } }, required: ['what'], additionalProperties: false }
const tools = ['find', 'open'].map((name) => ({ type: 'function', function: { name, parameters, strict: true } }))
const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: parameters } }
const dot = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

// Broken is what is thrown where a stream breaks that had begun.
class Broken extends Error {}

const user = (content) => [{ role: 'system', content: 'be kind' }, { role: 'user', content }]

function usage(u) {
  const cached = u.prompt_tokens_details?.cached_tokens
  const thought = u.completion_tokens_details?.reasoning_tokens
  const text = `${u.prompt_tokens}+${u.completion_tokens}=${u.total_tokens}`
  return text + (cached ? `, ${cached} cached` : '') + (thought ? `, ${thought} of thoughts` : '')
}

function said(message) {
  const calls = (message.tool_calls ?? []).map((c) => `${c.function.name}(${JSON.parse(c.function.arguments).what})`)
  return [...(message.content ? [message.content] : []), ...calls].join(' ')
}

const told = (answer) => answer.choices.map((c) => `${said(c.message)} (${c.finish_reason})`).join(' / ') + ' ' + usage(answer.usage)

const create = (s, more = {}) => s.client.chat.completions.create({ model: s.model, messages: user(s.text), ...more })
const chat = async (s, more = {}) => told(await create(s, more))

async function results(s, message) {
  const results = message.tool_calls.map((c, n) => ({ role: 'tool', tool_call_id: c.id, content: `${c.function.name} ${n + 1}` }))
  return chat(s, { messages: [...user(s.text), message, ...results], tools })
}

async function callTools(s) {
  const answer = await create(s, { tools })
  return `${told(answer)} -> ${await results(s, answer.choices[0].message)}`
}

async function streamTools(s) {
  const answer = await s.client.chat.completions
    .stream({ model: s.model, messages: user(s.text), tools, stream_options: { include_usage: true } })
    .finalChatCompletion()
  const tool_calls = answer.choices[0].message.tool_calls.map(({ id, type, function: { name, arguments: a } }) => ({
    id, type, function: { name, arguments: a },
  }))
  return `${told(answer)} -> ${await results(s, { role: 'assistant', tool_calls })}`
}

const found = (what, answer) => `${what} (${answer.choices[0].finish_reason}) ${usage(answer.usage)}`

async function parse(s) {
  const answer = await s.client.chat.completions.parse({ model: s.model, messages: user(s.text), response_format: format })
  return found(answer.choices[0].message.parsed.what, answer)
}

async function schema(s) {
  const answer = await create(s, { response_format: format })
  return found(JSON.parse(answer.choices[0].message.content).what, answer)
}

async function stream(s, more = {}) {
  const texts = []
  const reasons = []
  let chunks = 0
  let used
  try {
    for await (const chunk of await create(s, { stream: true, stream_options: { include_usage: true }, ...more })) {
      chunks++
      used = chunk.usage ?? used
      for (const c of chunk.choices) {
        texts[c.index] = (texts[c.index] ?? '') + (c.delta.content ?? '')
        reasons[c.index] = c.finish_reason ?? reasons[c.index]
      }
    }
  } catch (e) {
    const cut = e instanceof TypeError && e.message === 'terminated' // fetch's own: the SDK passes it on
    if (!cut && (!(e instanceof OpenAI.APIError) || e.status)) throw e
    if (!`You said: ${s.text}`.startsWith(texts[0] ?? '')) throw new Error(`the stream said ${texts}`)
    throw new Broken(texts[0] ? 'begun ' : '', { cause: e })
  }
  return texts.map((t, i) => `${t} (${reasons[i]})`).join(' / ') + ` ${usage(used)}, ${chunks > 3 ? 'many' : 'few'} chunks`
}

async function completions(s) {
  const answer = await s.client.completions.create({ model: s.model, prompt: s.text })
  return found(answer.choices[0].text, answer)
}

async function streamCompletions(s) {
  let text = ''
  let reason
  let used
  for await (const chunk of await s.client.completions.create({
    model: s.model, prompt: s.text, stream: true, stream_options: { include_usage: true },
  })) {
    used = chunk.usage ?? used
    for (const c of chunk.choices) {
      text += c.text
      reason = c.finish_reason ?? reason
    }
  }
  return `${text} (${reason}) ${usage(used)}`
}

async function embeddings(s) {
  const { data } = await s.client.embeddings.create({ model: s.model, input: ['a', s.text, 'a'] })
  const [a, b, c] = data.map((d) => JSON.stringify(d.embedding))
  return `${data.length}, long: ${data[1].embedding.length > 100}, told apart: ${a !== b && a === c}`
}

const steps = {
  chat,
  roles: (s) => chat(s, { messages: [
    { role: 'system', content: 'be kind' },
    { role: 'developer', content: [{ type: 'text', text: 'be brief' }, { type: 'text', text: 'and clear' }] },
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: 'good day' },
    { role: 'user', content: s.text },
  ] }),
  image: (s) => chat(s, { messages: user([{ type: 'text', text: s.text }, { type: 'image_url', image_url: { url: dot } }]) }),
  reasoning_effort: (s) => chat(s, { reasoning_effort: 'low' }),
  n: (s) => chat(s, { n: 2 }),
  stop: (s) => chat(s, { stop: [' day', 'zz'] }),
  'stop, a text': (s) => chat(s, { stop: ' day' }),
  max_tokens: (s) => chat(s, { max_tokens: 2 }),
  max_completion_tokens: (s) => chat(s, { max_completion_tokens: 2 }),
  tools: callTools,
  'tools, streamed': streamTools,
  'one tool': (s) => chat(s, { tools, parallel_tool_calls: false }),
  'tool_choice, named': (s) => chat(s, { tools, tool_choice: { type: 'function', function: { name: 'open' } } }),
  'tool_choice, required': (s) => chat(s, { tools, tool_choice: 'required' }),
  'tool_choice, none': (s) => chat(s, { tools, tool_choice: 'none' }),
  schema,
  parse,
  stream,
  'stream, reasoning_effort': (s) => stream(s, { reasoning_effort: 'low' }),
  'stream, n': (s) => stream(s, { n: 2 }),
  'stream, max_tokens': (s) => stream(s, { max_tokens: 2 }),
  completions,
  'completions, streamed': streamCompletions,
  embeddings,
}

async function take({ do: what, model, text, fault }) {
  try {
    return await steps[what]({ model, text, client: ai.withOptions({ defaultHeaders: { 'x-fault': fault } }) })
  } catch (e) {
    if (e instanceof Broken) {
      const c = e.cause
      if (c instanceof TypeError) return `${e.message}{broken off}`
      return `${e.message}{${c.constructor.name}} ${c.error.type}: ${c.error.message}`
    }
    if (!(e instanceof OpenAI.APIError) || !e.status) throw e
    const after = e.headers.get('retry-after')
    return `${e.status} {${e.constructor.name}} ${e.type} ${e.code ?? '-'}: ${e.error.message}` + (after ? `; retry after ${after}` : '')
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify({ result: await take(JSON.parse(line)) }))
