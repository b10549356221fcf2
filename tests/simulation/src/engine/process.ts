import { pseudonymousIdempotency } from '@holdfast/encryption/wrappers'
import { createHttp } from '@holdfast/http'
import type { ProfileFile } from '@holdfast/payment-stop/law'
import { configSchemaWithPort, createReadiness, type Logger, silentLogger, watchLogTime } from '@holdfast/runtime'
import { accepted, type MemberRole, refused } from '@holdfast/schemas'
import type { ServiceContext, ServiceDefinition } from '@holdfast/service-kit'
import { StoreUnavailableError } from '@holdfast/stores'
import { type Streams, StreamUnavailableError } from '@holdfast/streams'
import type { Perform as PerformStoreCall } from '@holdfast/test-kit/memory-stores'
import type { MemoryLog, Perform as PerformStreamCall } from '@holdfast/test-kit/memory-streams'
import { createEngineSecret, createEngineSigner, createRegistry } from '@holdfast/trust'
import type { Fate, Fates } from '../chance/fates.ts'
import type { EncryptionCode, SimulatedEncryption } from './encryption.ts'
import type { Folders } from './folders.ts'
import type { Sleepers } from './sleepers.ts'

/** The backends that a service receives. */
export type Ports = Pick<ServiceContext, 'streams' | 'idempotency' | 'claims' | 'snapshots'>

/** Shared by all processes of an engine. */
export interface Backends {
  readonly log: MemoryLog
  /** For one incarnation of a process. */
  portsOf(perform: PerformStoreCall & PerformStreamCall, isAlive: () => boolean): Ports
  readonly fates: Fates
  readonly folders: Folders
  readonly sleepers: Sleepers
  readonly encryption: SimulatedEncryption
  /** Receives each writing call, so that milestones can be counted. */
  onCall?(call: WritingCall): void
}

export interface WritingCall {
  readonly process: string
  readonly incarnation: number
  readonly operation: string
  readonly topic?: string
  readonly partition?: number
  /** When it was made; a write to several partitions at once is several calls. */
  readonly madeMs: number
  readonly isStale: boolean
  readonly fault: Fate['fault']
}

/** A process of the engine: can be started, killed at any await, and restarted. */
export interface SimulatedProcess {
  readonly name: string
  /** Undefined while it is down. */
  http(): ServiceContext['http'] | undefined
  streams(): Streams | undefined
  isUp(): boolean
  start(): Promise<void>
  /** From here on its pending work has no effect. */
  crash(): void
  /** The coordinator expels it; it learns that later. */
  expel(): void
  learn(): void
  /** From here on its clock deviates by this much. */
  leap(byMs: number): void
  /** The program for later starts. */
  become(program: Program): void
  /** How many times it was started. */
  life(): number
}

/** The program of a process. */
export interface Program {
  readonly definition: ServiceDefinition
  readonly profiles: ProfileFile
  readonly encryption: EncryptionCode
  /** The feature level to which the ledger is to be raised. */
  readonly level?: number
}

/** Settings of every process except its folder. */
const settings = configSchemaWithPort(0).parse({})
export const secret = createEngineSecret(new TextEncoder().encode('a secret of the simulator, 32 bytes and more'))
const signer = createEngineSigner(secret)

/** `Bearer SG/system/a.person`: the simulation does not test the format of tokens. */
const verify: ServiceContext['verify'] = async authorization => {
  const [, country, role, person] = /^Bearer ([A-Z]{2})\/(\w+)\/(\S+)$/.exec(authorization ?? '') ?? []
  return country && role && person
    ? accepted({ country, role: role as MemberRole, person, tokenEndsAt: new Date(8_000_000_000_000) })
    : refused({ code: 'UNAUTHENTICATED', message: 'a token is required' })
}

const verifyOperator = async (authorization: string | undefined) => {
  const [, person] = /^Bearer operator\/(\S+)$/.exec(authorization ?? '') ?? []
  return person
    ? accepted({ person, tokenEndsAt: new Date(8_000_000_000_000) })
    : refused({ code: 'UNAUTHENTICATED' as const, message: 'an operator token is required' })
}

/** Work that takes no time is done at once. */
const within = (ms: number, work: () => void): void => void (ms === 0 ? work() : setTimeout(work, ms))

const never = new Promise<never>(() => undefined)

export function createProcess(first: Program, backends: Backends, log: Logger = silentLogger): SimulatedProcess {
  let program = first
  const { name } = first.definition
  let incarnation = 0
  let wrongByMs = 0
  let up: { readonly streams: Streams; readonly http: ServiceContext['http']; isRunning?: boolean; forgetKeys?: () => void } | undefined
  let isExpelled = false
  let expulsions = 0

  /**
   * Makes the calls of one incarnation. After its end they get no answer; calls under way then may or may not arrive.
   */
  function performOf(life: number, isAlive: () => boolean) {
    return <T>(
      call: {
        readonly port: string
        readonly operation: string
        readonly topic?: string
        readonly partition?: number
        readonly writes: boolean
      },
      work: () => T,
    ): Promise<T> => {
      if (!isAlive()) return never
      const [wasExpelled, expelledBefore] = [isExpelled, expulsions]
      const madeMs = Date.now()
      const { thereMs, backMs, fault, learnsMs, wakesMs } = backends.fates.of(call.writes, call.operation === 'append')
      const { topic, partition } = call
      const place = topic === undefined || partition === undefined ? undefined : { service: name, topic, partition }
      if (learnsMs !== undefined) {
        expel()
        setTimeout(() => isAlive() && learn(), learnsMs)
      }
      const unavailable = () =>
        call.port === 'streams'
          ? new StreamUnavailableError(`${call.operation} was lost`)
          : new StoreUnavailableError(`${call.operation} was lost`)
      return new Promise<T>((resolve, reject) => {
        const answer = (settle: () => void) => within(backMs, () => isAlive() && settle())
        let hasArrived = false
        const arrive = () => {
          if (hasArrived) return
          hasArrived = true
          let done: T | undefined
          try {
            if (fault !== 'failing') done = work()
          } catch (error) {
            return answer(() => reject(error as Error))
          }
          if (call.writes) {
            const { operation } = call
            backends.onCall?.({
              process: name,
              incarnation: life,
              operation: `${call.port}.${operation}`,
              ...(topic === undefined ? {} : { topic }),
              ...(partition === undefined ? {} : { partition }),
              madeMs,
              isStale: wasExpelled || isExpelled || expulsions > expelledBefore || !isAlive(),
              fault,
            })
          }
          if (place && call.operation === 'endOffset') backends.sleepers.looked(place, process)
          return answer(() => (fault === 'none' ? resolve(done as T) : reject(unavailable())))
        }
        if (wakesMs !== undefined && place) backends.sleepers.add(place, process, () => within(wakesMs, arrive))
        within(thereMs, arrive)
      })
    }
  }

  function expel(): void {
    if (!up) return
    isExpelled = true
    expulsions++
    backends.log.expel(up.streams)
  }

  function learn(): void {
    if (!up || !isExpelled) return
    isExpelled = false
    backends.log.tellExpelled(up.streams)
  }

  const process: SimulatedProcess = {
    name,
    http: () => up?.http,
    streams: () => up?.streams,
    isUp: () => up?.isRunning === true,
    async start() {
      const life = ++incarnation
      const isAlive = () => life === incarnation && up !== undefined
      const perform = performOf(life, isAlive)
      const { streams, idempotency, claims, snapshots } = backends.portsOf(perform, isAlive)
      const readiness = createReadiness()
      const { definition, profiles, encryption, level } = program
      const clock = { now: () => new Date(Date.now() + wrongByMs), steadyMs: () => performance.now() }
      const http = createHttp({ log, whyNotReady: readiness.reasons, verify, verifyOperator })
      const kept = definition.readsPersonalData === false ? undefined : backends.encryption.ofProcess(encryption, perform, clock.now)
      up = { streams, http, ...(kept ? { forgetKeys: kept.close } : {}) }
      isExpelled = false
      const context: Partial<ServiceContext> = {
        description: 'a simulation',
        streams,
        idempotency: kept ? pseudonymousIdempotency(idempotency, secret) : idempotency,
        cipherOf: kept?.cipherOf,
        claims,
        snapshots,
        ifClockIsRight: 'that is part of the simulation',
        clock,
        logTime: watchLogTime({ streams, clock, readiness, log, ifClockIsRight: '' }),
        log,
        verify,
        // No token is revoked in simulated time.
        members: { ...createRegistry(new Map()), stillSpeaks: () => true },
        secret,
        signer,
        profilesOf: workflow => workflow.loadProfiles(profiles),
        config: {
          ...settings,
          HOLDFAST_DATA: backends.folders.next(name),
          ...(level === undefined ? {} : { HOLDFAST_LEDGER_FEATURE_LEVEL: level }),
        },
        http,
        readiness,
        status: { reads: () => undefined, circuits: () => undefined },
      }
      // A missing dependency is undefined, so a service that needs one fails at once.
      // No process of a simulation stops in order.
      await definition.start(context as ServiceContext, new AsyncDisposableStack())
      await http.ready()
      if (life === incarnation && up) up.isRunning = true
    },
    crash() {
      if (up) backends.log.forget(up.streams)
      up?.forgetKeys?.()
      up = undefined
      incarnation++
    },
    expel,
    learn,
    leap(byMs) {
      wrongByMs = byMs
    },
    become(next) {
      program = next
    },
    life: () => incarnation,
  }
  return process
}
