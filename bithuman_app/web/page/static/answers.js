// Gradio's client may lose an answer: the server ends the stream of answers when it owes none, and what is sent
// just then is answered on the next stream; but the client may hear of the old one's end only after it was
// told that what it sent has arrived, and then it opens no other. So here the stream goes on while answers are owed.

const owed = new Set(); // events whose answer has not come
const early = new Set(); // events whose answer came before the word that they had arrived
const sending = new Set(); // promises
const ask = window.fetch;

export function mend() {
  window.fetch = (resource, options) => {
    const { pathname } = new URL(resource.url ?? resource, document.baseURI);
    if (pathname.endsWith("/gradio_api/queue/join")) return join(resource, options);
    if (pathname.endsWith("/gradio_api/queue/data")) return answers(new Request(resource, options));
    return ask(resource, options);
  };
}

function join(resource, options) {
  const sent = ask(resource, options).then(async (answer) => {
    const { event_id: id } = answer.ok ? await answer.clone().json() : {};
    if (id && !early.delete(id)) owed.add(id);
    return answer;
  });
  const over = sent.catch(() => {}).then(() => sending.delete(over));
  sending.add(over);
  return sent;
}

async function answers(request) {
  const first = await ask(request.clone());
  if (!first.ok) return first;
  const rest = messages(request, first);
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(stream) {
      const { value, done } = await rest.next();
      if (done) stream.close();
      else stream.enqueue(encoder.encode(value));
    },
    cancel: () => rest.return(),
  });
  return new Response(body, first);
}

async function* messages(request, answer) {
  while (answer.ok) {
    let end = "";
    for await (const message of lines(answer.body)) {
      const { msg, event_id: id } = message.startsWith("data:") ? JSON.parse(message.slice(5)) : {};
      if (msg === "process_completed" && !owed.delete(id)) early.add(id);
      if (msg === "close_stream") end = message;
      else yield `${message}\n\n`;
    }
    while (sending.size) await Promise.all(sending);
    if (!owed.size) {
      if (end) yield `${end}\n\n`;
      return;
    }
    answer = await ask(request.clone());
  }
}

// Yields what stands between empty lines.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    yield* parts;
  }
}
