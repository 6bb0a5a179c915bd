/** `POST /api/documents`: a new document, its owner token and its first link. */
import type { Request, RequestHandler, Response } from "express";
import { type CreatedDocument, NewDocument } from "#protocol/rest.ts";
import type { Creation } from "./creation.ts";
import { jsonBody, parseBody } from "./json-body.ts";
import { isText, textBody } from "./text-body.ts";

/** @param maxBytes Of the body, which is JSON or the text itself; 0: no limit. */
export function createDocument(creation: Creation, maxBytes: number): RequestHandler[] {
  return [
    creation.mayCreate,
    ...textBody(maxBytes).map((handler) => only(isText, handler)),
    ...jsonBody(maxBytes).map((handler) => only(isNoText, handler)),
    async (request, response) => {
      const given = isText(request)
        ? { content: String(request.body) }
        : parseBody(NewDocument, request.body);
      sendCreated(response, await creation.create(request, given));
    },
  ];
}

const isNoText = (request: Request) => !isText(request);

function only(applies: (request: Request) => boolean, handler: RequestHandler): RequestHandler {
  return (request, response, next) =>
    applies(request) ? handler(request, response, next) : next();
}

/** 201 with where it is. */
export function sendCreated(response: Response, created: CreatedDocument): void {
  response.status(201).location(`/api/documents/${created.id}`).json(created);
}
