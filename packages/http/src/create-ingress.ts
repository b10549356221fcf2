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
import type { Quotas } from './rate-limits.ts'
import { createSessionVerifier } from './session-cookie.ts'
import { createVerificationQueue } from './verification-queue.ts'

/** The verifiers of a service for its principals and senders. */
export interface Ingress {
  readonly http: FastifyInstance
  readonly verify: TokenVerifier
  /** For signed records without a token. */
  readonly verifyEvent: EventVerifier
  /** Sessions of people who signed in at a desk. Every ingress accepts them. */
  readonly sessions: Sessions
  /** Sessions of operators who signed in at a desk. */
  readonly operatorSessions: OperatorSessions
  /** The origin of the desk's page, for the browser that asks. */
  readonly ownOrigin: OwnOrigin
}

export interface IngressOptions extends Pick<HttpOptions, 'log' | 'whyNotReady' | 'storage' | 'whyClosed'> {
  readonly registries: Pick<Registries, 'members' | 'operators'>
  /** Encrypts sessions. */
  readonly secret: EngineSecret
  readonly endedSessions: EndedSessions
  readonly clock: Clock
}

/** Accepted difference of members' clocks. */
const clockSkewSeconds = 60

/** Creates the HTTP server of a service from its configuration, and the verifiers for its input. Not listening yet. */
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

/** The proofs that a member role can send within their memory time of six minutes, plus a tenth; 90 bytes each. */
const proofsOfSideMax = ({ HOLDFAST_REQUESTS_PER_SECOND: requests }: ServiceConfig): number => Math.min(requests * 400, 1_000_000)
