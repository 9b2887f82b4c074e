import * as url from 'url';
import type { UrlWithStringQuery } from 'url';

@Component({ host: url.parse('https://example.com/').host! })
export class Client {
  private readonly base: string = url.parse('https://example.com/x').pathname as string;
  private readonly whole: UrlWithStringQuery = url.parse('https://example.com/x');
  host() {
    const typed: UrlWithStringQuery = url.parse('https://example.com/x');
    const loose = url.parse('https://example.com/x');
    return typed.host! + loose.host!;
  }
}
