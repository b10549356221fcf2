import type { Registries } from '@holdfast/access'
import type { Clock, ServiceConfig } from '@holdfast/runtime'
import {
  createDpopVerifier,
  createEventVerifier,
  createOperatorSessions,
  createOperatorVerifier,
  createSessions,
  createTokenVerifier,
  type EndedSessions,
  type EngineSecret,
  type EventVerifier,
  type OperatorSessions,
  type Sessions,
  type TokenVerifier,
} from '@holdfast/trust'
import type { FastifyInstance } from 'fastify'
import { createHttp, type HttpOptions } from './create-http.ts'
import { createHolding } from './holding.ts'
import { createOwnOrigin, createPublicOrigins, type OwnOrigin } from './own-origin.ts'
import { createSessionVerifier } from './session-cookie.ts'
import type { Quotas } from './shares.ts'
import { createVerificationQueue } from './verification-queue.ts'

/** What a service is given to know who speaks to it. */
export interface Ingress {
  readonly http: FastifyInstance
  readonly verify: TokenVerifier
  /** For records that are signed and have no token. */
  readonly verifyEvent: EventVerifier
  /** Of people who signed in at a desk: one that a desk seals counts at every door. */
  readonly sessions: Sessions
  /** Of people who signed in at a desk as operators. */
  readonly operatorSessions: OperatorSessions
  /** Where the page of the desk is, for the browser that asks. */
  readonly ownOrigin: OwnOrigin
}

export interface IngressOptions extends Pick<HttpOptions, 'log' | 'whyNotReady' | 'storage' | 'whyClosed'> {
  readonly registries: Pick<Registries, 'members' | 'operators'>
  /** What sessions are sealed with. */
  readonly secret: EngineSecret
  readonly endedSessions: EndedSessions
  readonly clock: Clock
}

/** Members' clocks may be off by this much. */
const clockSkewSeconds = 60

/** The HTTP server of a service as its configuration has it, and those who verify what comes to it. Not listening yet. */
export function createIngress(
  config: ServiceConfig,
  { registries, secret, endedSessions: ended, clock, ...http }: IngressOptions,
): Ingress {
  const { members, operators } = registries
  const clocks = { now: clock.now, clockSkewSeconds }
  const turn = createVerificationQueue()
  const verify = createTokenVerifier({ members, ...clocks })
  const sessions = createSessions({ secret, members, now: clock.now, ended })
  const operatorSessions = createOperatorSessions({ secret, now: clock.now, ended })
  const ownOrigin = createOwnOrigin(config)
  return {
    http: createHttp({
      ...http,
      verify,
      holdingOf: createHolding({
        verifyProof: createDpopVerifier({ ...clocks, turn, proofsOfSideMax: proofsOfSideMax(config) }),
        originsOf: createPublicOrigins(config),
        trustsClientCert: config.HOLDFAST_CLIENT_CERT_HEADER === 'trust',
      }),
      verifyOperator: createOperatorVerifier({ operators, ...clocks }),
      verifySession: createSessionVerifier(sessions, ownOrigin),
      verifyOperatorSession: createSessionVerifier(operatorSessions, ownOrigin),
      quotas: quotasOf(config),
      connectionsPerAddress: config.HOLDFAST_CONNECTIONS_PER_ADDRESS,
    }),
    verify,
    verifyEvent: createEventVerifier({ members, ...clocks, turn }),
    sessions,
    operatorSessions,
    ownOrigin,
  }
}

const quotasOf = ({ HOLDFAST_REQUESTS_PER_SECOND: requests, HOLDFAST_BYTES_PER_SECOND: bytes }: ServiceConfig): Quotas => ({
  requests: { perSecond: requests, atOnce: requests * 3 },
  bytes: { perSecond: bytes, atOnce: bytes * 10 },
  ofPerson: { perSecond: requests / 2, atOnce: (requests * 3) / 2 },
})

/** As many as a side may send while they are remembered, six minutes at most, and a tenth more; 90 bytes each. */
const proofsOfSideMax = ({ HOLDFAST_REQUESTS_PER_SECOND: requests }: ServiceConfig): number => Math.min(requests * 400, 1_000_000)
