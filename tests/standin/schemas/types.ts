// What of Slack's own types the stand-in is held against.
import { HomeView, KnownBlock, ModalView, SlackEvent } from "@slack/types";
import * as api from "@slack/web-api";

export type Blocks = KnownBlock[];
export type View = HomeView | ModalView;
export type Event = SlackEvent;

export type PostMessageCall = api.ChatPostMessageArguments;

export type AuthTest = api.AuthTestResponse;
export type PostMessage = api.ChatPostMessageResponse;
export type PostEphemeral = api.ChatPostEphemeralResponse;
export type Update = api.ChatUpdateResponse;
export type Delete = api.ChatDeleteResponse;
export type History = api.ConversationsHistoryResponse;
export type Replies = api.ConversationsRepliesResponse;
export type ConversationInfo = api.ConversationsInfoResponse;
export type ConversationMembers = api.ConversationsMembersResponse;
export type OpenConversation = api.ConversationsOpenResponse;
export type UsersConversations = api.UsersConversationsResponse;
export type UserInfo = api.UsersInfoResponse;
export type UserList = api.UsersListResponse;
export type OpenView = api.ViewsOpenResponse;
export type PublishView = api.ViewsPublishResponse;
