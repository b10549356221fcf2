import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getText, RefusedError } from '../../app/api.ts'
import { download } from '../../parts/download.ts'
import { Loading } from '../../parts/loading.tsx'
import { NotReached } from '../../parts/not-reached.tsx'
import { useWords } from '../../words/index.ts'
import { linesOfXml } from './lines-of-xml.ts'

interface OrderMessageProps {
  readonly requestId: string
  readonly orderId: string
}

/** The order as an institution gets it; fetched when it is opened. */
export function OrderMessage({ requestId, orderId }: OrderMessageProps) {
  const { ordered } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="small">{ordered.message}</summary>
      {isOpen && <MessageText requestId={requestId} orderId={orderId} />}
    </details>
  )
}

function MessageText({ requestId, orderId }: OrderMessageProps) {
  const { ordered } = useWords()
  const message = useQuery({
    queryKey: ['message', orderId],
    queryFn: ({ signal }) => getText(`/v1/requests/${requestId}/orders/${orderId}/message`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (message.isPending) return <Loading />
  if (message.error instanceof RefusedError) return <p className="small quiet">{ordered.gone}</p>
  if (!message.data) return <NotReached retry={() => void message.refetch()} />
  const { text, type } = message.data
  const isXml = type.includes('xml')
  return (
    <>
      <p className="small quiet">{isXml ? ordered.messageNote : ordered.noMessage}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
      <pre className="small" dir="ltr" lang="en" tabIndex={0}>
        <bdi>{isXml ? linesOfXml(text) : JSON.stringify(JSON.parse(text), null, 2)}</bdi>
      </pre>
      <button
        type="button"
        className="button small-button"
        onClick={() => download(`order-${orderId}.${isXml ? 'xml' : 'json'}`, type, text)}
      >
        {ordered.save}
      </button>
    </>
  )
}
