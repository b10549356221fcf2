import { type AssessmentOf, assessBy } from '@holdfast/core'
import { listElementsMax, type Problem, parseForeignJson, parseWith } from '@holdfast/schemas'
import { type FreezeRequest, freezeRequestSchema, type RejectionCode } from '../language/index.ts'
import type { RuleContext } from './rule.ts'
import { rules } from './rules.ts'

export type Assessment = AssessmentOf<RejectionCode>

/** Assesses a request by all rules. Pure: the same request and context give the same assessment anywhere. */
export function assess(request: FreezeRequest, context: RuleContext): Assessment {
  return assessBy(rules, request, context)
}

/** The largest freeze request has about 30 kB. A text above a million characters is refused. */
const textMax = 1_000_000

/** The assessment of a text: malformed with all problems, or that of the request. */
export type TextAssessment = Assessment | { readonly verdict: 'malformed'; readonly findings: Problem[] }

export function assessText(text: string, context: RuleContext): TextAssessment {
  if (text.length > textMax) return malformed([{ code: 'TOO_LONG', path: '', message: `longer than ${textMax} characters` }])
  const json = parseForeignJson(text, { elementsMax: listElementsMax })
  if (!json.ok) return malformed(json.error)
  const request = parseWith(freezeRequestSchema, json.value)
  return request.ok ? assess(request.value, context) : malformed(request.error)
}

const malformed = (findings: Problem[]): TextAssessment => ({ verdict: 'malformed', findings })
