/** Records as a chat service logs them: the same ones each time. */
const MODELS = ['vicuna-13b', 'llama-3-8b', 'mistral-7b'];
const QUESTIONS = [
  [
    'Why is the sky blue?',
    'Air scatters blue light far more than red light, so from every direction some of the blue reaches your eyes.',
  ],
  ['What is the capital of France?', 'The capital of France is Paris.'],
  [
    'Write a haiku about queues',
    'Records wait in line\none goes out, the next moves up\nnothing is forgotten',
  ],
  [
    'Explain fsync in one sentence',
    'fsync() returns when what was written to a file has reached the disk, so that it outlives a power cut.',
  ],
] as const;

export const CONV_ID = (index: number): string => `c0ffee${String(index).padStart(4, '0')}`;

export function chat(index: number, at: number): object {
  const model = MODELS[index % 3];
  const turns = [QUESTIONS[index % 4], QUESTIONS[(index + 1) % 4]].slice(0, 1 + (index % 2));
  return {
    tstamp: at / 1000,
    type: 'chat',
    model,
    tokens: 20 + ((index * 37) % 180),
    latency_ms: 300 + ((index * 211) % 1700),
    gen_params: JSON.stringify({ temperature: 0.7, top_p: 1, max_new_tokens: 512 }),
    state: JSON.stringify({
      template_name: 'vicuna_v1.1',
      system_message: 'A chat between a curious user and an assistant.',
      roles: ['USER', 'ASSISTANT'],
      messages: turns.flatMap((turn) => [
        ['USER', turn?.[0]],
        ['ASSISTANT', turn?.[1]],
      ]),
      offset: 0,
      conv_id: CONV_ID(index),
      model_name: model,
    }),
    ip: '127.0.0.1',
    received_at: new Date(at).toISOString(),
  };
}

export function vote(type: string, index: number, at: number): object {
  const state = { conv_id: CONV_ID(index), messages: [['USER', 'Hi!']], model_name: MODELS[index % 3] };
  return {
    tstamp: at / 1000,
    type,
    model: MODELS[index % 3],
    state: JSON.stringify(state),
    ip: '127.0.0.1',
    received_at: new Date(at).toISOString(),
  };
}

function request(index: number, at: number): object {
  const status = index % 9 === 0 ? 503 : 200;
  return {
    type: 'request',
    method: 'POST',
    path: '/v1/chat/completions',
    status,
    duration_ms: (index * 53) % 900,
    ...(status === 503 ? { message: 'the model is overloaded' } : {}),
    received_at: new Date(at).toISOString(),
  };
}

/** Some minutes of a service, which end at a time. */
export function minutes(end: number, count = 400): readonly object[] {
  return Array.from({ length: count }, (_, index) => {
    const back = count - index;
    const at = end - back * 600 - Math.round(Math.sin(index / 20) * 3000);
    if (index % 7 === 3) return vote(index % 2 === 0 ? 'upvote' : 'downvote', index - 1, at);
    return index % 3 === 0 ? request(index, at) : chat(index, at);
  });
}
