import { setTimeout as pause } from 'node:timers/promises'
import { topics } from '@holdfast/schemas'
import { tokenOf } from '../../src/engine.ts'
import { median } from '../../src/quantiles.ts'
import { allCallers } from '../../visibility/callers.ts'
import { attacksOf, numbersOf } from './drawing/attack.ts'
import type { Draw } from './drawing/draw.ts'
import type { Endpoint, Input } from './drawing/input.ts'
import type { FuzzedEngine } from './engine.ts'
import type { Finding } from './finding.ts'
import { generationsShared, type World } from './world.ts'

interface TriedWorld {
  readonly engine: FuzzedEngine
  readonly world: World
  readonly endpoints: readonly Endpoint[]
  readonly draw: Draw
  readonly send: (input: Input) => Promise<void>
  /** Waits until each published record has an outcome. */
  readonly settle: () => Promise<void>
  readonly find: (finding: Finding) => void
}

const atOnce = 16
const quietLooks = 100
/**
 * How many times longer another country may wait during an attack. With all limits in place it is at most ten times.
 */
const delayFactorMax = 60
/** An attack delays the engine at each try, a loaded machine only at one. */
const triesMax = 3
/** A hundredth of the records of an attack, and some for records in small batches. */
const lettersMax = 30

/**
 * Sends each attack alone and checks what only attacks show: how long another country waits meanwhile, how many dead
 * letters there are, and how far sharing reaches.
 */
export async function tryAttacks({ engine, world, endpoints, draw, send, settle, find }: TriedWorld): Promise<void> {
  const attacks = attacksOf(endpoints)
  const sendAll = async (numbers: readonly number[]): Promise<void> => {
    const left = [...numbers]
    const one = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await send(draw(next))
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    await settle()
  }
  const look = await lookOfAnother(engine, world, find)
  const quiet = await looksDuring(look, async () => {
    for (let n = 0; n < quietLooks; n++) await pause(2)
  })
  const usualMs = median(quiet)
  for (const attack of attacks) {
    const numbers = numbersOf(attack, attacks)
    const { endpoint, made } = attack
    const wrong = (what: string) => find({ number: numbers[0] ?? 0, endpoint, made, wrong: what })
    const lettersBefore = await countLetters(engine)
    let duringMs = await slowestDuring(look, () => sendAll(numbers))
    const letters = (await countLetters(engine)) - lettersBefore
    if (letters > lettersMax) wrong(`left ${letters} dead letters, and ${lettersMax} are the most`)
    for (let tries = 1; duringMs > usualMs * delayFactorMax && tries < triesMax; tries++)
      duringMs = Math.min(duringMs, await slowestDuring(look, () => sendAll(numbers)))
    if (duringMs > usualMs * delayFactorMax)
      wrong(`delayed another country by ${Math.round(duringMs)} ms; it usually waits ${usualMs.toPrecision(2)} ms`)
  }
  if (endpoints.includes('http')) for (const wrong of await wrongsOfShare(engine, world)) find({ wrong })
}

type Look = () => Promise<void>

async function lookOfAnother({ http, dataDir }: FuzzedEngine, { foreign }: World, find: TriedWorld['find']): Promise<Look> {
  const [about] = foreign
  const authorization = `Bearer ${await tokenOf({ dataDir }, ['MY', 'officer', 'p'])}`
  return async () => {
    const { statusCode } = await http.inject({ method: 'GET', url: `/v1/requests/${about?.requestId}`, headers: { authorization } })
    if (statusCode !== 200) find({ wrong: `a read of another country was answered with ${statusCode}` })
  }
}

/** Reads again and again until the work is done. Returns the time of each read in milliseconds. */
async function looksDuring(look: Look, work: () => Promise<void>): Promise<number[]> {
  const looks: number[] = []
  let isDone = false
  const looking = async (): Promise<void> => {
    while (!isDone) {
      // The pause counts too: a blocked process can begin in it.
      const began = performance.now()
      await pause(1)
      await look()
      looks.push(performance.now() - began)
    }
  }
  const looked = looking()
  await work().finally(() => {
    isDone = true
  })
  await looked
  return looks
}

const slowestDuring = async (look: Look, work: () => Promise<void>): Promise<number> => Math.max(...(await looksDuring(look, work)))

const countLetters = ({ streams }: FuzzedEngine): Promise<number> => streams.endOffset(topics.deadLetters.name, 0)

/** A unit with which the first request of a chain is shared reads ten generations of children and no more. */
async function wrongsOfShare({ http, dataDir }: FuzzedEngine, { chain, sharedWith }: World): Promise<string[]> {
  const { country, unit } = sharedWith
  const caller = allCallers({ engine: { dataDir }, now: () => new Date() }).find(({ name }) => name === `${country}.${unit}`)
  const isSeen = async (generation: number): Promise<boolean> => {
    const url = `/v1/requests/${chain[generation]}`
    return (await http.inject({ method: 'GET', url, headers: (await caller?.headers()) ?? {} })).statusCode === 200
  }
  for (let tries = 0; tries < 1_000 && !(await isSeen(generationsShared)); tries++) await pause(10)
  const [last, beyond] = [await isSeen(generationsShared), await isSeen(generationsShared + 1)]
  return [
    ...(last ? [] : [`sharing does not reach the ${generationsShared}th generation of children`]),
    ...(beyond ? [`sharing reaches further than ${generationsShared} generations of children`] : []),
  ]
}
