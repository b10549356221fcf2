import { Button } from '../components/button.tsx'
import { useWords } from '../words/index.ts'

/** Opens what a row is about, which stands in its name for who does not see the row. */
export function InspectButton({ what, look }: { readonly what: string; readonly look: () => void }) {
  const { operations } = useWords()
  return (
    <Button onClick={look}>
      {operations.look}
      <span className="unseen">: {what}</span>
    </Button>
  )
}
