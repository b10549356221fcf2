import { textOfAnyInput } from '../drawing/texts.ts'
import { personalInLog } from './leaks.ts'

export interface LogWatch {
  readonly onLog: (line: string) => void
  /** Before the first input, the engine logs what its operator should know. */
  begin(): void
  lines(): number
  /** How many refused records only the log reports: the dead letters of their partition were used up. */
  recordsNotKept(): number
  /** Problems since the last call. */
  take(): string[]
}

const warning = 40
const error = 50
/** Each is an operator's to know, and nothing that the engine failed at. */
const expected = /^(Record moved to the dead-letter topic|Orders looked up in the ledger, because the snapshot store is incomplete)$/
const notKept = 'Records refused without a dead letter: the quota of this partition for today is used up'

const wrongsMax = 20

/** Reads the engine's log as it is written. It must not contain names, input texts or failures. */
export function watchLog(secrets: () => readonly string[]): LogWatch {
  let wrongs: string[] = []
  let lines = 0
  let recordsNotKept = 0
  let isOn = false
  const note = (wrong: string, line: string) => {
    if (wrongs.length < wrongsMax) wrongs.push(`the log ${wrong}: ${line.slice(0, 500).trim()}`)
  }
  return {
    onLog(line) {
      lines++
      if (personalInLog(line)) note('has personal data', line)
      if (textOfAnyInput.test(line)) note('contains text of an input', line)
      if (secrets().some(secret => line.includes(secret))) note('contains a token or a secret', line)
      if (!isOn) return
      const { level, msg, records = 0 } = JSON.parse(line) as { level: number; msg?: string; records?: number }
      if (msg === notKept) recordsNotKept += records
      else if (level >= error || (level >= warning && !expected.test(msg ?? ''))) note('reports a failure', line)
    },
    begin() {
      isOn = true
    },
    lines: () => lines,
    recordsNotKept: () => recordsNotKept,
    take() {
      const taken = wrongs
      wrongs = []
      return taken
    },
  }
}
