import {
  type Finding,
  type FreezeRequest,
  freezeRequestSchema,
  listElementsMax,
  type Problem,
  parseForeignJson,
  parseWith,
  type RejectionCode,
  severities,
} from '@holdfast/schemas'
import type { RuleContext } from './rule.ts'
import { rules } from './rules.ts'

/** The result for a request: the worst severity of its findings, or `pass` if there are only flags. */
export type Verdict = 'reject' | 'duplicate' | 'ask' | 'review' | 'pass'

export interface Assessment {
  readonly verdict: Verdict
  /** All findings in the order of the rules, so that the requesting country can correct everything at once. */
  readonly findings: Finding[]
  /** With verdict `reject`: the code of the first rejecting finding. */
  readonly rejection?: { readonly code: RejectionCode }
  /** With verdict `review`: the number of officers who have to verify the request (V17). */
  readonly officers?: 1 | 2
}

/** Assesses a request by all rules. Pure: the same request and context give the same assessment anywhere. */
export function assess(request: FreezeRequest, context: RuleContext): Assessment {
  const findings: Finding[] = []
  let code: RejectionCode | undefined
  let officers: 1 | 2 = 1
  for (const rule of rules)
    for (const observation of rule.check(request, context)) {
      findings.push({ rule: rule.id, severity: rule.severity, path: observation.path, message: observation.message })
      code ??= observation.code
      if (rule.severity === 'review' && observation.officers !== 1) officers = 2
    }
  const verdict = verdictOf(findings)
  return { verdict, findings, ...(code && { rejection: { code } }), ...(verdict === 'review' && { officers }) }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  const worst = severities.find(severity => findings.some(finding => finding.severity === severity))
  return worst === undefined || worst === 'flag' ? 'pass' : worst
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
