import { createChance } from '../../../simulation/src/chance/chance.ts'
import type { World } from '../world.ts'
import { askSomething } from './ask.ts'
import { attacksOf, drawAttack } from './attack.ts'
import { drawDocuments } from './documents.ts'
import type { Endpoint, Input } from './input.ts'
import { publishSomething } from './publish.ts'
import { sendXml } from './send-xml.ts'
import { withSocketWhereNeeded, writeSomething } from './write-bytes.ts'

/** The weight of each endpoint. */
const weights: { readonly [D in Endpoint]: number } = { http: 5, kafka: 3, xml: 2 }
/**
 * This part of the HTTP inputs is written to sockets: a connection of its own costs as much as twenty inputs without
 * one.
 */
const writtenShare = 0.06

/** The input with this number. It follows from number and seed, except ids, keys and tokens of the engine. */
export type Draw = (number: number) => Input

export function createDraw(seed: number, endpoints: readonly Endpoint[], world: World): Draw {
  const documents = drawDocuments(seed, world.own)
  const drawn = endpoints.flatMap(endpoint => Array.from({ length: weights[endpoint] }, () => endpoint))
  const attacks = attacksOf(endpoints)
  return number => {
    const chance = createChance(seed).branch(`input ${number}`)
    const drawing = { number, chance, documents, world }
    const attack = drawAttack(drawing, attacks)
    if (attack) return { number, ...attack }
    const endpoint = chance.pick(drawn)
    if (endpoint === 'kafka') return { number, endpoint, ...publishSomething(drawing) }
    if (endpoint === 'xml') return { number, endpoint, ...sendXml(drawing) }
    return { number, endpoint, ...(chance.happens(writtenShare) ? writeSomething(drawing) : withSocketWhereNeeded(askSomething(drawing))) }
  }
}
