import { Injectable } from '@nestjs/common';
import { getRemoteLogger } from 'otel-remote-logger';

@Injectable()
export class AppService {
  private readonly logger = getRemoteLogger();

  getHello(name: string): string {
    this.logger.log({ type: 'greeting', name, nested: { a: [1] } });
    return `Hello, ${name}!`;
  }
}
