import { Component, type ReactNode } from 'react'
import { coreTexts } from '../i18n/core.ts'
import { explain } from '../i18n/explain.ts'
import { useTexts } from '../i18n/texts.ts'
import { ApiError } from '../lib/api-error.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/states.tsx'

/** What browsers say when a chunk is not there any more: a newer version was published. */
const isMissingChunk = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(error.message)

const Crash = ({ error, retry }: { error: unknown; retry: () => void }) => {
  const texts = useTexts(coreTexts)
  const { crash, actions } = texts
  const reload = <Button onClick={() => location.reload()}>{actions.reload}</Button>
  if (isMissingChunk(error))
    return (
      <Empty icon="refresh" title={crash.title} action={reload}>
        {crash.outdated}
      </Empty>
    )
  const text = error instanceof ApiError ? explain(texts, error) : crash.text
  return (
    <div role="alert">
      <Empty icon="alert" title={crash.title} action={<Button onClick={retry}>{actions.retry}</Button>}>
        {text}
      </Empty>
    </div>
  )
}

type Props = { children: ReactNode; onRetry?: () => void }

/** Keeps a failure of one part from taking the others with it. */
export class ErrorBoundary extends Component<Props, { error: unknown; failed: boolean }> {
  override state = { error: undefined, failed: false }

  static getDerivedStateFromError(error: unknown): { error: unknown; failed: boolean } {
    return { error, failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    const retry = () => {
      this.props.onRetry?.()
      this.setState({ error: undefined, failed: false })
    }
    return <Crash error={this.state.error} retry={retry} />
  }
}
