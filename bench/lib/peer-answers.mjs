const json = (value) => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });

/** An answer that says no more than that all is well. It matters: `fetch()` does not use a connection again while a body is left unread. */
const EMPTY = { status: 200, type: undefined, body: '' };

/** What the back end of each peer answers to what it has taken. */
const ANSWERS = {
  // https://betterstack.com/docs/logs/ingesting-data/http/logs
  '/better-stack': { ...EMPTY, status: 202 },
  // https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
  '/loki/api/v1/push': { ...EMPTY, status: 204 },
  // https://axiom.co/docs/restapi/endpoints/ingestIntoDataset
  '/v1/datasets/chat/ingest': json({
    ingested: 1,
    failed: 0,
    failures: [],
    processedBytes: 1,
    blocksCreated: 0,
    walLength: 1,
  }),
  // https://segment.com/docs/connections/sources/catalog/libraries/server/http-api
  '/v1/batch': json({ success: true }),
  // https://posthog.com/docs/api/capture
  '/batch/': json({ status: 'Ok' }),
};

/** By path, and OTLP in the encoding of the request; the other peers take any endpoint. @param {import('node:http').IncomingMessage} request */
export function answerTo({ url, headers }) {
  if (url !== '/v1/logs') return ANSWERS[url] ?? EMPTY;
  const type = headers['content-type'];
  return type === 'application/json' ? json({}) : { ...EMPTY, type };
}
