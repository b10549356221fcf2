import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Link, startLink } from './src/link.ts'

interface Echo {
  readonly server: Server
  readonly port: number
}

/** Says back what it hears, with its name. */
async function startEcho(name: string): Promise<Echo> {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.on('data', chunk => socket.write(`${name}:${chunk}`))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no address')
  return { server, port: address.port }
}

let [one, other]: Echo[] = []
let link: Link
const lines: Socket[] = []
beforeEach(async () => {
  one = await startEcho('one')
  other = await startEcho('other')
  link = await startLink(one.port)
})
afterEach(async () => {
  for (const line of lines.splice(0)) line.destroy()
  await link.close()
  one?.server.close()
  other?.server.close()
})

async function open(): Promise<Socket> {
  const line = connect({ host: '127.0.0.1', port: link.port })
  line.on('error', () => undefined)
  lines.push(line)
  await once(line, 'connect')
  return line
}

/** What is heard next, or that nothing is within so long. */
const heard = (line: Socket, withinMs = 2_000): Promise<string> =>
  Promise.race([
    once(line, 'data').then(([chunk]) => `${chunk}`),
    once(line, 'close').then(() => 'closed'),
    new Promise<string>(resolve => setTimeout(() => resolve('nothing'), withinMs)),
  ])

async function says(line: Socket, text: string, withinMs?: number): Promise<string> {
  line.write(text)
  return heard(line, withinMs)
}

test('a whole link carries what is said, both ways', async () => {
  expect(await says(await open(), 'hello')).toBe('one:hello')
})

test('a cut link closes the lines that are open and every new one, until it is healed', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  const end = heard(line)
  link.cut()
  expect(await end).toBe('closed')
  expect(await heard(await open())).toBe('closed')
  link.heal()
  expect(await says(await open(), 'b')).toBe('one:b')
})

test('a half open link keeps its lines and takes new ones, and what was said meanwhile comes once it is healed', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  link.halfOpen()
  const late = await open()
  expect(await Promise.all([says(line, 'b', 200), says(late, 'c', 200)])).toEqual(['nothing', 'nothing'])
  const answers = [heard(line), heard(late)]
  link.heal()
  expect(await Promise.all(answers)).toEqual(['one:b', 'one:c'])
})

test('a slow link carries everything in order, later by so much each way', async () => {
  const line = await open()
  link.delay(100)
  const beganMs = performance.now()
  line.write('a')
  const all: string[] = []
  line.on('data', chunk => all.push(`${chunk}`))
  await once(line, 'data')
  const tookMs = performance.now() - beganMs
  line.write('b')
  line.write('c')
  while (!all.join('').includes('c')) await once(line, 'data')
  expect(tookMs).toBeGreaterThanOrEqual(199)
  expect(all.join('').replaceAll('one:', '')).toBe('abc')
})

test('a link that is turned leads to the other server, and lines to the former one are closed', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  const end = heard(line)
  link.turnTo(other?.port ?? 0)
  expect(await end).toBe('closed')
  expect(await says(await open(), 'b')).toBe('other:b')
})
