import { get, type IncomingMessage } from 'node:http'
import { maxPlatformDocumentBytes } from '../../core/evidence/index.ts'
import { patienceMs, PlatformDocumentError, type PlatformSource } from './platform-source.ts'

/** Without a name to resolve: the initrd may have no resolver. */
export const googleMetadataAddress = 'http://169.254.169.254'

const path = '/computeMetadata/v1/instance/service-accounts/default/identity'
/** Asked with and answered with: whoever else listens at that address does not say it. */
const flavour = ['metadata-flavor', 'Google'] as const

/** The metadata server of Google Cloud: an instance identity token whose audience is the nonce. No proxy, no redirection. */
export function googleMetadata(address: string = googleMetadataAddress, limitMs: number = patienceMs): PlatformSource {
  return async (nonce) => {
    const url = new URL(path, address)
    url.search = new URLSearchParams({ audience: nonce, format: 'full' }).toString()
    try {
      const answer = await answerOf(url, AbortSignal.timeout(limitMs))
      const [header, google] = flavour
      if (answer.statusCode !== 200) throw new PlatformDocumentError(`answered ${answer.statusCode ?? 'nothing'}`)
      if (answer.headers[header] !== google) throw new PlatformDocumentError('is no metadata server')
      return await bodyOf(answer)
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : 'failed'
      throw new PlatformDocumentError(`${address}: ${message}`, { cause })
    }
  }
}

function answerOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries([flavour])
    get(url, { agent: false, headers, signal }, resolve).on('error', reject)
  })
}

async function bodyOf(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxPlatformDocumentBytes) throw new PlatformDocumentError('answered more than a document')
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
