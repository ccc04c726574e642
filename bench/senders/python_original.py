"""What the logger of FastChat does: log() puts into a queue, one thread takes out and posts with `requests`."""

import json
import queue
import resource
import sys
import threading
import time

import requests


def seed_record(index):
    return {
        "type": "chat",
        "model": "vicuna-13b",
        "tokens": index % 1000,
        "gen_params": {"temperature": 0.7},
        "state": {"conv_id": "c1", "messages": [["USER", "Hi!"], ["ASSISTANT", "Hello!"]]},
    }


class Logger:
    def __init__(self, url):
        self.url = url
        self.queue = queue.Queue()
        threading.Thread(target=self.post_all, daemon=True).start()

    def log(self, data):
        self.queue.put_nowait(data)

    def post_all(self):
        while True:
            data = self.queue.get()
            flat = {
                key: json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, tuple)) else value
                for key, value in data.items()
            }
            requests.post(self.url, json=flat)
            self.queue.task_done()


def run(logger, count):
    for index in range(count):
        logger.log(seed_record(index))
    logger.queue.join()


def main():
    settings = json.loads(sys.argv[1])
    logger = Logger(settings["url"])
    run(logger, settings["warmUp"])
    records = settings["records"]
    start, start_cpu, start_main = time.perf_counter(), time.process_time(), time.thread_time()
    run(logger, records)
    seconds = time.perf_counter() - start
    result = {
        "records": records,
        "seconds": seconds,
        "rate": records / seconds,
        "mainMicros": (time.thread_time() - start_main) / records * 1e6,
        "processMicros": (time.process_time() - start_cpu) / records * 1e6,
        "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


main()
