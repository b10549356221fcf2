import type { BankMessageView } from '@holdfast/payment-stop/language'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { getText, RefusedError } from '../../../api/client.ts'
import { Button } from '../../../components/button.tsx'
import { download } from '../../../components/download.ts'
import { Instant } from '../../../components/instant.tsx'
import { Loading } from '../../../components/loading.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { linesOfXml } from './lines-of-xml.ts'

interface OrderMessageProps {
  readonly requestId: string
  readonly orderId: string
}

/** The order as the institution receives it, fetched when it is opened. */
export function OrderMessage({ requestId, orderId }: OrderMessageProps) {
  const t = useTranslate()
  return (
    <Message
      path={`/v1/requests/${requestId}/orders/${orderId}/message`}
      name={`order-${orderId}`}
      summary={t('ordered.message')}
      note={t('ordered.messageNote')}
    />
  )
}

interface BankMessageProps {
  readonly requestId: string
  readonly message: BankMessageView
}

/** A message by which an institution answered, unchanged. */
export function BankMessage({ requestId, message: { id, messageDefinition, messageIdentification, at } }: BankMessageProps) {
  const t = useTranslate()
  return (
    <Message
      path={`/v1/requests/${requestId}/bank-messages/${id}`}
      name={`message-${id}`}
      summary={
        <>
          {t('ordered.answerMessage')} <bdi className="figures">{messageDefinition}</bdi>{' '}
          <bdi className="figures">{messageIdentification}</bdi> <Instant at={at} />
        </>
      }
      note={t('ordered.answerMessageNote')}
    />
  )
}

interface MessageProps {
  readonly path: string
  /** The name of the saved file. */
  readonly name: string
  readonly summary: ReactNode
  /** Whether it is a bank message. */
  readonly note: string
}

function Message({ summary, ...message }: MessageProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="small">{summary}</summary>
      {isOpen && <MessageText {...message} />}
    </details>
  )
}

function MessageText({ path, name, note }: Omit<MessageProps, 'summary'>) {
  const t = useTranslate()
  const message = useQuery({
    queryKey: ['message', path],
    queryFn: ({ signal }) => getText(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (message.isPending) return <Loading />
  if (message.error instanceof RefusedError) return <p className="small quiet">{t('ordered.gone')}</p>
  if (!message.data) return <NotReached retry={() => void message.refetch()} />
  const { text, type } = message.data
  const isXml = type.includes('xml')
  return (
    <div className="stack gap-2">
      <p className="small quiet">{isXml ? note : t('ordered.noMessage')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
      <pre className="small" dir="ltr" lang="en" tabIndex={0}>
        <bdi>{isXml ? linesOfXml(text) : JSON.stringify(JSON.parse(text), null, 2)}</bdi>
      </pre>
      <Button kind="small" onClick={() => download(`${name}.${isXml ? 'xml' : 'json'}`, type, text)}>
        {t('ordered.save')}
      </Button>
    </div>
  )
}
