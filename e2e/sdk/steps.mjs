// Takes the steps of sdk_test.go with the Node SDK, and prints what came of each: a line of JSON with name and result. Then it
// waits for a line, so that what was counted can be counted.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const OpenAI = createRequire(process.env.MODULES)('openai').default
const urls = JSON.parse(process.env.URLS)

const go = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

const client = (name, options = {}) => new OpenAI({ baseURL: urls[name] + '/v1', apiKey: process.env.KEY, ...options })

async function step(name, f) {
  let result
  try {
    result = await f()
  } catch (e) {
    if (!(e instanceof OpenAI.APIError)) throw e
    result = `${e.status} {${e.constructor.name}} ${e.error.type}: ${e.error.message}`
  }
  console.log(JSON.stringify({ name, result: String(result) }))
  await go.next()
}

const chat = (where, content, more = {}, options = {}) =>
  where.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }], ...more }, options)
const content = async (answer) => (await answer).choices[0].message.content
const scripted = (script) => ({ headers: { 'x-script': 'node ' + script } })

const tool = { type: 'function', function: { name: 'find', parameters: { type: 'object', properties: { what: { type: 'string' } } } } }

const plain = client('plain')
const guard = client('guard')
const once = client('guard', { maxRetries: 0 })

await step('models', async () => (await plain.models.list()).data[0].object)
await step('chat', () => content(chat(plain, 'hello')))
await step('chat, n', async () => (await chat(plain, 'hello', { n: 3 })).choices.length)
await step('chat, redacted', () => content(chat(guard, 'what a shit day')))
await step('chat, parts', () => content(chat(guard, [{ type: 'text', text: 'what a shit day' }])))
await step('chat, tool', async () => (await chat(guard, 'call find, shit', { tools: [tool] })).choices[0].message.tool_calls[0].function.arguments)
await step('completions', async () => (await guard.completions.create({ model: 'm', prompt: 'a shit day' })).choices[0].text)
await step('embeddings', async () => (await guard.embeddings.create({ model: 'm', input: ['a', 'b'] })).data[1].embedding.length)
await step('moderations', async () => (await guard.moderations.create({ input: 'kill them all' })).results[0].flagged)
await step('images', async () => (await guard.images.generate({ prompt: 'a day', n: 2 })).data.length)
await step('responses', async () => (await guard.responses.create({ model: 'm', input: 'a shit day', instructions: 'be kind' })).output_text)
await step('stream', async () => {
  let text = ''
  let tokens = 0
  for await (const chunk of await chat(guard, 'a shit day', { stream: true, stream_options: { include_usage: true } })) {
    tokens += chunk.usage?.total_tokens ?? 0
    for (const c of chunk.choices) text += c.delta.content ?? ''
  }
  return `${text} ${tokens > 0}`
})
await step('stream, completions', async () => {
  let text = ''
  for await (const chunk of await plain.completions.create({ model: 'm', prompt: 'a day', stream: true })) text += chunk.choices[0].text
  return text
})
await step('stream, responses', async () => {
  let text = ''
  let last = ''
  for await (const event of await plain.responses.create({ model: 'm', input: 'a day', stream: true })) {
    last = event.type
    if (last === 'response.output_text.delta') text += event.delta
  }
  return `${text} ${last}`
})
await step('blocked', () => chat(guard, 'eat the forbidden fruit'))
await step('blocked, responses', () => guard.responses.create({ model: 'm', input: 'eat the forbidden fruit' }))
await step('blocked, 400', () => chat(client('400'), 'eat the forbidden fruit'))
await step('blocked, 403', () => chat(client('403'), 'eat the forbidden fruit'))
await step('bad key', () => chat(client('guard', { apiKey: 'nope' }), 'hello'))
await step('no such model', () => chat(guard, 'hello', { model: 'no-such-model' }))
await step('rate limit', () => chat(client('plain', { maxRetries: 0 }), 'hello', {}, scripted('429 1 limit')))
await step('retried by the SDK', () => content(chat(client('plain', { maxRetries: 1 }), 'hello', {}, scripted('429 1 sdk'))))
await step('retried by Envoy', () => content(chat(once, 'hello', {}, scripted('503 2 envoy'))))
await step('retried in vain', () => chat(once, 'hello', {}, scripted('503 9 vain')))
process.stdin.destroy()
