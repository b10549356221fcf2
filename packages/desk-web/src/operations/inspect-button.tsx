import { Button } from '../components/button.tsx'
import { useTranslate } from '../locales/index.ts'

/** Opens the subject of a row; its label names it for screen readers. */
export function InspectButton({ what, look }: { readonly what: string; readonly look: () => void }) {
  const t = useTranslate()
  return (
    <Button onClick={look}>
      {t('operations.inspect')}
      <span className="unseen">: {what}</span>
    </Button>
  )
}
