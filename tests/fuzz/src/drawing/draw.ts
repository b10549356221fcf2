import { createChance } from '../../../simulation/src/chance/chance.ts'
import type { World } from '../world.ts'
import { askSomething } from './ask.ts'
import { attacksOf, drawAttack } from './attack.ts'
import { drawDocuments } from './documents.ts'
import type { Endpoint, Input } from './input.ts'
import { publishSomething } from './publish.ts'
import { sendXml } from './send-xml.ts'
import { withSocketWhereNeeded, writeSomething } from './write-bytes.ts'

/** How often each door is drawn, of those that are. */
const weights: { readonly [D in Endpoint]: number } = { http: 5, kafka: 3, xml: 2 }
/** Of what goes in by HTTP, so much is written to sockets byte by byte: each has a connection of its own, which costs as much as twenty without one. */
const writtenShare = 0.06

/** The input with this number: it follows from that and the seed, but for ids, keys and tokens of the engine that it is sent to. */
export type Draw = (number: number) => Input

export function createDraw(seed: number, doors: readonly Endpoint[], world: World): Draw {
  const documents = drawDocuments(seed, world.own)
  const drawn = doors.flatMap(door => Array.from({ length: weights[door] }, () => door))
  const attacks = attacksOf(doors)
  return number => {
    const chance = createChance(seed).branch(`input ${number}`)
    const drawing = { number, chance, documents, world }
    const attack = drawAttack(drawing, attacks)
    if (attack) return { number, ...attack }
    const door = chance.pick(drawn)
    if (door === 'kafka') return { number, door, ...publishSomething(drawing) }
    if (door === 'xml') return { number, door, ...sendXml(drawing) }
    return { number, door, ...(chance.happens(writtenShare) ? writeSomething(drawing) : withSocketWhereNeeded(askSomething(drawing))) }
  }
}
