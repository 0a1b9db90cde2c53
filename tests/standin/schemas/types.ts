// What of Slack's own types the stand-in and the bot are held against.
import * as bolt from "@slack/bolt";
import * as slack from "@slack/types";
import * as api from "@slack/web-api";

export type Blocks = slack.KnownBlock[];
export type View = slack.HomeView | slack.ModalView;

export type Event =
  | slack.AppHomeOpenedEvent
  | slack.AppMentionEvent
  | slack.AppRateLimitedEvent
  | slack.AppUninstalledEvent
  | slack.ChannelArchiveEvent
  | slack.ChannelCreatedEvent
  | slack.ChannelDeletedEvent
  | slack.ChannelIDChangedEvent
  | slack.ChannelLeftEvent
  | slack.ChannelRenameEvent
  | slack.ChannelSharedEvent
  | slack.ChannelUnarchiveEvent
  | slack.ChannelUnsharedEvent
  | slack.GroupArchiveEvent
  | slack.GroupDeletedEvent
  | slack.GroupLeftEvent
  | slack.GroupRenameEvent
  | slack.GroupUnarchiveEvent
  | slack.MemberJoinedChannelEvent
  | slack.MemberLeftChannelEvent
  | slack.MessageEvent
  | slack.MessageMetadataDeletedEvent
  | slack.MessageMetadataPostedEvent
  | slack.MessageMetadataUpdatedEvent
  | slack.ReactionAddedEvent
  | slack.ReactionRemovedEvent
  | slack.TeamJoinEvent
  | slack.TokensRevokedEvent
  | slack.UserChangeEvent
  | slack.UserProfileChangedEvent;

export type Command = bolt.SlashCommand;
export type Press = bolt.BlockAction<bolt.ButtonAction | bolt.StaticSelectAction>;
export type Submission = bolt.ViewSubmitAction;
export type Closing = bolt.ViewClosedAction;
export type ShortcutOnMessage = bolt.MessageShortcut;
export type Shortcut = bolt.GlobalShortcut;

// Answers of the Web API, named as its methods are.
export type AppsConnectionsOpen = api.AppsConnectionsOpenResponse;
export type AuthTest = api.AuthTestResponse;
export type BotsInfo = api.BotsInfoResponse;
export type ChatDelete = api.ChatDeleteResponse;
export type ChatPostEphemeral = api.ChatPostEphemeralResponse;
export type ChatPostMessage = api.ChatPostMessageResponse;
export type ChatUpdate = api.ChatUpdateResponse;
export type ConversationsHistory = api.ConversationsHistoryResponse;
export type ConversationsInfo = api.ConversationsInfoResponse;
export type ConversationsMembers = api.ConversationsMembersResponse;
export type ConversationsReplies = api.ConversationsRepliesResponse;
export type FilesCompleteUploadExternal = api.FilesCompleteUploadExternalResponse;
export type FilesGetUploadURLExternal = api.FilesGetUploadURLExternalResponse;
export type UsersConversations = api.UsersConversationsResponse;
export type UsersInfo = api.UsersInfoResponse;
export type UsersList = api.UsersListResponse;
export type ViewsOpen = api.ViewsOpenResponse;
export type ViewsPublish = api.ViewsPublishResponse;
