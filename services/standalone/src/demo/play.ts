import type { Recorded } from './check-record.ts'
import { type Ending, endings } from './endings.ts'
import { playDuplicates, playExpired, playRejected, playWithdrawn } from './ends-early.ts'
import { startDemoEngine } from './engine.ts'
import { follow, showHead } from './follow.ts'
import { playExtended, playMovedOnward, playReleased } from './moved-onward.ts'
import { createRecordingFetch } from './recording-fetch.ts'
import { playConfirmed, playReferenceCase, playReturn } from './reference-case.ts'
import type { Screen } from './screen.ts'
import { settleUp } from './settle-up.ts'
import type { Stage } from './stage.ts'
import { createStoryCheck } from './story-check.ts'
import { createStoryClock } from './story-clock.ts'

/** The result of the demo. */
export interface Played {
  readonly checks: number
  readonly problems: readonly string[]
  /** Missing if the story could not continue to its end. */
  readonly recorded?: Recorded
}

export interface PlayOptions {
  /** The expected end of each request. */
  readonly ends?: readonly Ending[]
  /** The port of the engine; any free port by default. */
  readonly port?: number
  /** Called when the engine is ready, before the story starts. */
  onReady?(url: string): Promise<void>
  /** Called after the story, while the engine still runs. */
  onEnded?(): Promise<void>
}

/** Plays the whole story on a new engine in this folder. Returns the number of checks and the deviations. */
export async function play(dataDir: string, screen: Screen, { ends = endings, port, onReady, onEnded }: PlayOptions = {}): Promise<Played> {
  const check = createStoryCheck()
  // The clock already shows the time of the first request: a token is valid for an hour, and the desk's is made when
  // its stream opens.
  const engine = await startDemoEngine(dataDir, createStoryClock('2024-07-23T10:25:00+08:00'), port)
  await onReady?.(engine.url)
  showHead(screen)
  const desk = follow(engine.as('SG', 'officer'), screen, check)
  try {
    const recorded = await tell({ engine, screen, check, desk }, ends)
    await onEnded?.()
    return { checks: check.checks, problems: check.problems, recorded }
  } catch (error) {
    // The story cannot continue; the result includes everything before.
    check.add([(error as Error).message])
    return { checks: check.checks, problems: check.problems }
  } finally {
    await desk.stop()
    await engine.stop()
  }
}

async function tell(stage: Stage, ends: readonly Ending[]): Promise<Recorded> {
  const { engine } = stage
  const recording = createRecordingFetch()
  const singapore = engine.as('SG', 'system', { fetch: recording.fetch })
  const openCase = await playReferenceCase(stage, singapore)
  const first = { requestId: openCase.requestId, bytes: recording.first() }
  await playDuplicates(stage, { client: singapore, lastResponse: recording.last }, first)
  await playRejected(stage, singapore)
  await playWithdrawn(stage, singapore)
  await playExpired(stage)
  const followed = await playMovedOnward(stage, singapore)
  await playConfirmed(stage, openCase)
  await playReleased(stage, followed)
  await playExtended(stage, followed)
  await playReturn(stage, openCase)
  return settleUp(stage, engine.as('SG', 'officer'), ends)
}
