import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Link, startLink } from './src/link.ts'

interface Echo {
  readonly server: Server
  readonly port: number
}

/** Echoes what it receives, with its name. */
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

/** The next message, or undefined after this time. */
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

test('an intact link carries data in both directions', async () => {
  expect(await says(await open(), 'hello')).toBe('one:hello')
})

test('a cut link closes open and new connections until it is restored', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  const end = heard(line)
  link.cut()
  expect(await end).toBe('closed')
  expect(await heard(await open())).toBe('closed')
  link.heal()
  expect(await says(await open(), 'b')).toBe('one:b')
})

test('a half-open link keeps connections and accepts new ones, and delivers the data once it is restored', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  link.halfOpen()
  const late = await open()
  expect(await Promise.all([says(line, 'b', 200), says(late, 'c', 200)])).toEqual(['nothing', 'nothing'])
  const answers = [heard(line), heard(late)]
  link.heal()
  expect(await Promise.all(answers)).toEqual(['one:b', 'one:c'])
})

test('a slow link carries everything in order, with a delay in each direction', async () => {
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

test('a redirected link connects to the other server and closes connections to the former one', async () => {
  const line = await open()
  expect(await says(line, 'a')).toBe('one:a')
  const end = heard(line)
  link.turnTo(other?.port ?? 0)
  expect(await end).toBe('closed')
  expect(await says(await open(), 'b')).toBe('other:b')
})
