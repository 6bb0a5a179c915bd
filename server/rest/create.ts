/** `POST /api/documents`: a new document, its owner token and its first link, which are shown this once. */
import type { RequestHandler, Response } from "express";
import { type CreatedDocument, NewDocument } from "#protocol/rest.ts";
import type { Creation } from "./creation.ts";
import { jsonBody, parseBody } from "./json-body.ts";

/** @param maxBytes Of the body; 0: no limit. */
export function createDocument(creation: Creation, maxBytes: number): RequestHandler[] {
  return [
    creation.mayCreate,
    ...jsonBody(maxBytes),
    async (request, response) => {
      sendCreated(response, await creation.create(request, parseBody(NewDocument, request.body)));
    },
  ];
}

/** 201 with where it is. */
export function sendCreated(response: Response, created: CreatedDocument): void {
  response.status(201).location(`/api/documents/${created.id}`).json(created);
}
