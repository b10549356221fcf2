import { textOfAnyInput } from '../drawing/texts.ts'
import { personalInLog } from './leaks.ts'

export interface LogWatch {
  readonly onLog: (line: string) => void
  /** Where nothing that was sent has been seen yet, the engine says what its operator should know. */
  begin(): void
  lines(): number
  /** Of how many records the log alone says that they were refused: the dead letters of their partition were used up. */
  recordsNotKept(): number
  /** What was wrong since the last look. */
  take(): string[]
}

const warning = 40
const error = 50
/** Each is an operator's to know, and nothing that the engine failed at. */
const expected = /^(a record went to the dead letters|what was ordered was looked up in the ledger itself)$/
const notKept = 'records can not be taken, and the dead letters of this partition are used up for today'

const wrongsMax = 20

/** Reads the log of the engine as it is written. No name, no word that an input said, and no failure may be in it. */
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
      if (textOfAnyInput.test(line)) note('has words of an input', line)
      if (secrets().some(secret => line.includes(secret))) note('has a token or a secret', line)
      if (!isOn) return
      const { level, msg, records = 0 } = JSON.parse(line) as { level: number; msg?: string; records?: number }
      if (msg === notKept) recordsNotKept += records
      else if (level >= error || (level >= warning && !expected.test(msg ?? ''))) note('says that something failed', line)
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
