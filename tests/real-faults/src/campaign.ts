import { type Fact, factKindOf } from '@holdfast/payment-stop/language'
import type { Observations, Violation } from '../../checker/observations.ts'
import { createChance } from '../../simulation/src/chance/chance.ts'
import { startBanks } from './banks.ts'
import { startClusterSite } from './cluster-site.ts'
import { type Coverage, createCoverage } from './coverage.ts'
import { possible } from './draw.ts'
import { startEmbeddedSite } from './embedded-site.ts'
import { judge, type Verdict } from './judge.ts'
import type { Kind } from './kind.ts'
import { startLoad } from './load.ts'
import { createMembers } from './members.ts'
import { observationsOf } from './observed.ts'
import { startPersons } from './persons.ts'
import { createPlans, type Plan } from './plans.ts'
import { createProgress } from './progress.ts'
import { startReaders } from './readers.ts'
import { createRecorder } from './recorder.ts'
import { createProbing } from './service-returns.ts'
import type { BankOrder, EngineName, Site } from './site.ts'
import { storm, type Weather } from './storm.ts'
import { createTokens, pause, type World } from './world.ts'

export interface CampaignOptions {
  readonly engine: EngineName
  readonly seed: number
  readonly seconds: number
  /** The faults go on after the time until this many kinds have occurred, as a fault takes longer on a slow machine. */
  readonly fewestKinds?: number | undefined
  readonly kinds: readonly Kind[]
  readonly perSecond: number
  /** The time limit for a probe's order. */
  readonly servedWithinMs: number
  /** The root of a patched copy of this tree. */
  readonly tree?: string | undefined
  say(line: string): void
}

export interface CampaignResult {
  readonly engine: EngineName
  readonly seed: number
  readonly seconds: number
  readonly accepted: number
  readonly facts: number
  readonly verdict: Verdict
  readonly weather: Weather
  readonly coverage: Coverage
  readonly kinds: readonly Kind[]
  /** Processes that ended unexpectedly and were restarted. */
  readonly endedByThemselves: readonly string[]
  readonly observations: Observations
}

/** The time in which everything must finish after the last fault. */
const finishedWithinMs = 90_000
/** The start of an engine on a loaded machine. */
const firstServiceMs = 180_000
const saysEveryMs = 10_000
const looksEveryMs = 500

/** Runs the engine under a load with faults, lets everything finish, and checks the observations. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { engine, tree } = options
  const site = engine === 'cluster' ? await startClusterSite(tree) : await startEmbeddedSite(tree)
  const ending = new AbortController()
  try {
    return await run(options, site, ending)
  } finally {
    ending.abort()
    await site.stop()
  }
}

async function run(
  { engine, seed, seconds, fewestKinds = 0, kinds: all, perSecond, servedWithinMs, say }: CampaignOptions,
  site: Site,
  ending: AbortController,
): Promise<CampaignResult> {
  const chance = createChance(seed).branch(engine)
  const heard = createHeard(site)
  const progress = createProgress()
  let working = 0
  const world: World = {
    site,
    chance,
    recorder: createRecorder(),
    progress,
    signal: ending.signal,
    ...createTokens(site.dataDir),
    onFact: heard.onFact,
    onOrder: heard.onOrder,
    follow(work) {
      working++
      void work.catch(error => say(`✗ ${(error as Error).stack}`)).finally(() => working--)
    },
  }
  heard.onFact(progress.fact)
  heard.onOrder(({ requestId, kind }) => kind === 'freeze' && progress.ordered(requestId))
  const members = createMembers(world)
  const planOf = rememberPlans(world, members.planOf)
  startBanks(world, planOf)
  startPersons(world, planOf)
  startReaders(world, members.taken)
  await heard.listen()
  const kinds = possible(all, site, say)
  const probing = createProbing(world, members, servedWithinMs)
  const supervised = supervise(site, say)
  if ((await probing.untilFullService(firstServiceMs)) === undefined) throw new Error('the engine was not in full service before any fault')

  const load = startLoad(world, members, createPlans(chance.branch('plans'), site.publish !== undefined), perSecond)
  const beganMs = Date.now()
  const accepted = () => world.recorder.requests.filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'accepted')).length
  const elapsed = () => Math.round((Date.now() - beganMs) / 1000)
  const saying = setInterval(
    () => say(`${elapsed()} s of ${seconds}: ${accepted()} requests accepted, ${progress.underWay()} under way`),
    saysEveryMs,
  )
  const coverage = createCoverage()
  let weather: Weather
  try {
    weather = await storm({
      world,
      chance: chance.branch('storm'),
      kinds,
      fewestKinds,
      load,
      probing,
      coverage,
      untilMs: beganMs + seconds * 1000,
      say,
    })
  } finally {
    load.stop()
    clearInterval(saying)
  }
  const isFinished = () => working === 0 && progress.underWay() === 0
  for (const untilMs = Date.now() + finishedWithinMs; Date.now() < untilMs && !isFinished(); ) await pause(100)
  const left = isFinished() ? [] : unfinished(world)
  // The outbound messages of the last facts are sent, and readers receive them.
  await pause(3_000)
  ending.abort()
  supervised.stop()
  const look = async () => {
    const { requests, commands, answers, reads } = world.recorder
    // Messages sent while the ledger is read can have causes after its last read record.
    const told = { requests: [...requests], commands: [...commands], answers: [...answers], reads: [...reads] }
    return observationsOf(told, await site.lying(), left.length === 0)
  }
  let observations = await look()
  let verdict = judge(observations, weather.windows)
  for (let times = 0; engine === 'cluster' && times < 5 && verdict.violations.some(isOfSending); times++) {
    await pause(3_000)
    observations = await look()
    verdict = judge(observations, weather.windows)
  }
  return {
    engine,
    seed,
    seconds: elapsed(),
    accepted: accepted(),
    facts: observations.ledger.length,
    verdict: { ...verdict, violations: [...weather.violations, ...left, ...verdict.violations] },
    weather,
    coverage,
    kinds,
    endedByThemselves: supervised.ended,
    observations,
  }
}

/** Messages that can still be under way. */
const isOfSending = ({ invariant }: Violation): boolean => invariant === 'order-sent' || invariant === 'notification-sent'

function unfinished({ recorder, progress }: World): readonly Violation[] {
  const invariant = 'everything ends'
  const notTaken = recorder.requests.filter(({ attempts }) => attempts.every(({ outcome }) => outcome === 'unknown'))
  const undecided = recorder.commands.filter(({ attempts }) => attempts.every(({ outcome }) => outcome === 'unknown'))
  const unanswered = recorder.answers.filter(({ attempts }) => attempts.every(({ outcome }) => outcome === 'unknown'))
  return [
    ...progress.notEnded().map(({ requestId, phase, sequence }) => ({
      invariant,
      requestId,
      message: sequence === 0 ? 'is not in the ledger' : `is ${phase} since fact ${sequence}`,
    })),
    ...notTaken.map(({ key }) => ({ invariant, message: `request ${key} is not taken` })),
    ...undecided.map(({ requestId, command, key }) => ({ invariant, requestId, message: `${command} under ${key} is not answered` })),
    ...unanswered.map(({ requestId, id }) => ({ invariant, requestId, message: `answer ${id} is not taken` })),
    { invariant, message: `not within ${finishedWithinMs / 1000} s of the last fault` },
  ]
}

/** Forwards observations of the engine to all actors. */
function createHeard(site: Site) {
  const facts: ((fact: Fact) => void)[] = []
  const orders: ((order: BankOrder) => void)[] = []
  return {
    onFact: (listener: (fact: Fact) => void) => void facts.push(listener),
    onOrder: (listener: (order: BankOrder) => unknown) => void orders.push(listener),
    listen: () =>
      site.see({
        onFact(fact) {
          for (const listener of facts) listener(fact)
        },
        onOrder(order) {
          for (const listener of orders) listener(order)
        },
      }),
  }
}

/** The plan of a request, by its id. A child has none; a caller for an unopened request is answered once it is open. */
function rememberPlans(world: World, planOf: (caseReference: string) => Plan | undefined) {
  const plans = new Map<string, Plan | undefined>()
  const waiting = new Map<string, ((plan: Plan | undefined) => void)[]>()
  world.onFact(fact => {
    if (factKindOf(fact) !== 'RequestOpened' || plans.has(fact.subject)) return
    const { request } = fact.data as { request: { caseReference: string; parent?: unknown } }
    const plan = request.parent ? undefined : planOf(request.caseReference)
    plans.set(fact.subject, plan)
    for (const tell of waiting.get(fact.subject) ?? []) tell(plan)
    waiting.delete(fact.subject)
  })
  return (requestId: string): Promise<Plan | undefined> => {
    if (plans.has(requestId)) return Promise.resolve(plans.get(requestId))
    return new Promise(resolve => waiting.set(requestId, [...(waiting.get(requestId) ?? []), resolve]))
  }
}

/** Restarts processes that end by themselves, as a supervisor does. */
function supervise({ processes }: Site, say: (line: string) => void) {
  const ended: string[] = []
  const starting = new Set<string>()
  async function look(): Promise<void> {
    for (const each of processes) {
      if (starting.has(each.name) || !each.hasEndedByItself()) continue
      starting.add(each.name)
      ended.push(each.name)
      say(`${each.name} has ended unexpectedly; restarting it`)
      await each.start().catch(() => undefined)
      starting.delete(each.name)
    }
  }
  const timer = setInterval(() => void look(), looksEveryMs)
  return { ended, stop: () => clearInterval(timer) }
}
