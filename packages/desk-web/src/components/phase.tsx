import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'
import { stateName } from './codes.tsx'

/** A state has a shape, a text and a colour: never only a colour. */
export function PhaseMark({ phase }: { readonly phase: string }) {
  const t = useTranslate()
  const { phases } = usePageWorkflow()
  return (
    <span className="phase" data-phase={phase}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d={phases.get(phase)?.icon} />
      </svg>
      {stateName(phase, t)}
    </span>
  )
}
