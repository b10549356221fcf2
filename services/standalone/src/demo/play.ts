import type { Recorded } from './check-record.ts'
import { type Ending, endings } from './endings.ts'
import { playDuplicates, playLapsed, playRejected, playWithdrawn } from './ends-early.ts'
import { startDemoEngine } from './engine.ts'
import { follow, showHead } from './follow.ts'
import { playExtended, playLifted, playMovedOnward } from './moved-onward.ts'
import { createRecordingFetch } from './recording-fetch.ts'
import { playConfirmed, playReferenceCase, playReturn } from './reference-case.ts'
import type { Screen } from './screen.ts'
import { settleUp } from './settle-up.ts'
import type { Stage } from './stage.ts'
import { createStoryCheck } from './story-check.ts'
import { createStoryClock } from './story-clock.ts'

/** What the demo comes to. */
export interface Played {
  readonly checks: number
  readonly problems: readonly string[]
  /** Missing when the story could not be told to its end. */
  readonly recorded?: Recorded
}

export interface PlayOptions {
  /** How each request is to end. */
  readonly ends?: readonly Ending[]
  /** Where the engine listens; any free one otherwise. */
  readonly port?: number
  /** The engine is there, and the story has not begun. */
  onReady?(url: string): Promise<void>
  /** The story is told, and the engine is still there. */
  onTold?(): Promise<void>
}

/** Plays the whole story on an engine of its own in this folder, and says how much was checked and what was not as told. */
export async function play(dataDir: string, screen: Screen, { ends = endings, port, onReady, onTold }: PlayOptions = {}): Promise<Played> {
  const told = createStoryCheck()
  // The clock stands at the first request already: a token lives for an hour, and the desk's is made when its stream opens.
  const engine = await startDemoEngine(dataDir, createStoryClock('2024-07-23T10:25:00+08:00'), port)
  await onReady?.(engine.url)
  showHead(screen)
  const desk = follow(engine.as('SG', 'officer'), screen, told)
  try {
    const recorded = await tell({ engine, screen, told, desk }, ends)
    await onTold?.()
    return { checks: told.checks, problems: told.problems, recorded }
  } catch (error) {
    // The story can't go on; what came before it is still told.
    told.add([(error as Error).message])
    return { checks: told.checks, problems: told.problems }
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
  await playDuplicates(stage, { client: singapore, lastAnswer: recording.last }, first)
  await playRejected(stage, singapore)
  await playWithdrawn(stage, singapore)
  await playLapsed(stage)
  const followed = await playMovedOnward(stage, singapore)
  await playConfirmed(stage, openCase)
  await playLifted(stage, followed)
  await playExtended(stage, followed)
  await playReturn(stage, openCase)
  return settleUp(stage, engine.as('SG', 'officer'), ends)
}
