// Takes the steps of stream_test.go with the Node SDK, and prints what came of each: a line of JSON with name and result. Then it
// waits for a line, so that what was counted can be counted.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const OpenAI = createRequire(process.env.MODULES)('openai').default
const urls = JSON.parse(process.env.URLS)

const go = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

const client = (name) => new OpenAI({ baseURL: urls[name] + '/v1', apiKey: process.env.KEY })

async function step(name, f) {
  const said = []
  let result
  try {
    await f(said)
    result = said.join('')
  } catch (e) {
    if (!(e instanceof OpenAI.APIError)) throw e
    result = e.status ? `${e.status} {${e.constructor.name}} ${e.error.message}` : `${said.join('')}{${e.constructor.name}} ${e.error.message}`
  }
  console.log(JSON.stringify({ name, result }))
  await go.next()
}

const user = (content) => ({ model: 'm', messages: [{ role: 'user', content }] })

const chat = (where, text) => async (said) => {
  for await (const chunk of await where.chat.completions.create({ ...user(text), stream: true })) {
    for (const c of chunk.choices) said.push(c.delta.content ?? '')
  }
}

const choices = (text) => async (said) => {
  const texts = ['', '']
  for await (const chunk of await redact.chat.completions.create({ ...user(text), stream: true, n: 2 })) {
    for (const c of chunk.choices) texts[c.index] += c.delta.content ?? ''
  }
  said.push(texts.join('; '))
}

const putTogether = (text, more = {}) => async (said) => {
  const m = (await redact.chat.completions.stream({ ...user(text), ...more }).finalChatCompletion()).choices[0].message
  said.push(m.role, ': ', m.content ?? '')
  for (const c of m.tool_calls ?? []) said.push(`${c.type} ${c.function.name} ${c.function.arguments}`)
}

const completions = (where, prompt) => async (said) => {
  for await (const c of await where.completions.create({ model: 'm', prompt, stream: true })) for (const choice of c.choices) said.push(choice.text)
}

const responses = (where, input) => async (said) => {
  for await (const e of await where.responses.create({ model: 'm', input, stream: true })) {
    if (e.type === 'response.output_text.delta') said.push(e.delta)
    if (e.type === 'response.completed') said.push('; ', e.response.output[0].content[0].text)
  }
}

const tool = { type: 'function', function: { name: 'find', parameters: { type: 'object', properties: { what: { type: 'string' } } } } }

const redact = client('redact')
const block = client('block')
const refuse = client('refuse')

await step('chat', chat(redact, 'my unicorn is'))
await step('chat, at the end', chat(redact, 'my unicorn'))
await step('chat, two choices', choices('my unicorn'))
await step('chat, put together', putTogether('my unicorn'))
await step('chat, tool', putTogether('call find, my unicorn', { tools: [tool] }))
await step('completions', completions(redact, 'my unicorn'))
await step('responses', responses(redact, 'my unicorn is'))
await step('responses, at the end', responses(redact, 'my unicorn'))
await step('chat, blocked', chat(block, 'my unicorn is'))
await step('completions, blocked', completions(block, 'my unicorn is'))
await step('responses, blocked', responses(block, 'my unicorn is'))
await step('chat, refused', chat(refuse, 'my unicorn is'))
await step('responses, refused', responses(refuse, 'my unicorn is'))
await step('chat, replied', chat(refuse, 'ping'))
await step('completions, replied', completions(refuse, 'ping'))
await step('responses, replied', responses(refuse, 'ping'))
process.stdin.destroy() // or Node waits for more
