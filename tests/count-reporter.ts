import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import type { Counts } from './counts.ts'
import { type TimedFile, timeTable } from './time-table.ts'

/**
 * A vitest reporter that writes `Counts` to the file named by HOLDFAST_TEST_COUNTS and prints where the time went.
 * A file that does not load, a hook that throws and an unhandled error each count as one failure: vitest counts no
 * test for them.
 */
export default class CountReporter implements Reporter {
  readonly #began = new Map<string, number>()
  readonly #timed: TimedFile[] = []

  onTestModuleStart({ id }: TestModule): void {
    this.#began.set(id, performance.now())
  }

  onTestModuleEnd({ id, project, relativeModuleId: file }: TestModule): void {
    const endedMs = performance.now()
    this.#timed.push({ project: project.name, file, beganMs: this.#began.get(id) ?? endedMs, endedMs })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') counts.passed += 1
        else if (state === 'skipped') counts.skipped += 1
        // A test that is pending at the end of the run has not passed.
        else counts.failed += 1
      }
    }
    const file = process.env.HOLDFAST_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify(counts))
    if (this.#timed.length > 0) console.log(`\n${timeTable(this.#timed)}\n`)
  }
}
