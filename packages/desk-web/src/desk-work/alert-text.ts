import type { AlertView } from '@holdfast/schemas'
import type { MemberCommand } from '../commands/act.ts'
import { amountInWords } from '../money/amount.tsx'
import type { Words } from '../words/index.ts'

/** What somebody has to look at, in the reader's words. Undefined where there are none: of an older desk, which gives no code, or of a newer one, whose code is not known here. */
export function alertText({ code, parameters = {} }: Pick<AlertView, 'code' | 'parameters'>, words: Words): string | undefined {
  const { amount, country, command } = parameters
  if (code === undefined) return undefined
  const { movedOnward, proposed, ...sentences } = words.alerts
  if (code === 'movedOnward') {
    if (!amount || !country) return undefined
    const name = new Intl.DisplayNames([words.tag], { type: 'region', fallback: 'code' }).of(country) ?? country
    return movedOnward(amountInWords(amount), name)
  }
  if (code === 'proposed') return command && proposed(words.commands[command as MemberCommand] ?? command)
  return (sentences as Readonly<Record<string, string>>)[code]
}
