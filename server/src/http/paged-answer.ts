type PagedAnswer = {
  pages: AsyncIterable<string>
  mediaType: string
  headers?: Record<string, string>
}

/**
 * An answer whose text is made page by page, as fast as the client takes it. The first page is made before anything
 * is sent: what fails there is answered like any other error.
 */
export async function createPagedAnswer({ pages, mediaType, headers }: PagedAnswer): Promise<Response> {
  const iterator = pages[Symbol.asyncIterator]()
  let next: IteratorResult<string> | undefined = await iterator.next()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = next ?? (await iterator.next())
      next = undefined
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  return new Response(body, { headers: { 'content-type': mediaType, ...headers } })
}
